import fc from 'fast-check';
import type { Json, NodeConfig } from '../../src/nodeconfig/types.ts';
import { hostileText } from '../render/hostile-text.ts';

/** JSON's numbers; -0 has no spelling of its own. */
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => (Object.is(value, -0) ? 0 : value));

const value: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    hostileText,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(
      hostileText.filter((key) => key !== '__proto__'),
      tie('json'),
      { maxKeys: 3 },
    ),
  ),
})).json;

/** A NodeConfig with hostile text wherever text can be. */
export const hostileConfig: fc.Arbitrary<NodeConfig> = fc
  .record({ texts: fc.array(hostileText, { minLength: 8, maxLength: 8 }), config: value, flags: fc.array(hostileText) })
  .map(({ texts, config, flags }) => {
    const [name = '', region = '', code = '', id = '', toml = '', endpoint = '', cidr = '', label = ''] = texts;
    return {
      apiVersion: 'node.eks.aws/v1alpha1',
      kind: 'NodeConfig',
      metadata: { labels: { site: label } },
      spec: {
        cluster: { name, region, apiServerEndpoint: endpoint, certificateAuthority: '', cidr },
        hybrid: { enableCredentialsFile: true, ssm: { activationCode: code, activationId: id } },
        kubelet: { config: { value: config }, flags },
        containerd: { config: toml },
      },
    };
  });
