import { FactoryError } from '../../../core/errors.ts';
import { type Command, isSet } from '../../command.ts';

export const imageInspect: Command = {
  noun: 'image',
  verb: 'inspect',
  summary: 'what an artifact is: format, manifest, checksums, versions, SBOM',
  args: [{ name: '<artifact>', description: 'a file written by `hnf image build`' }],
  json: true,
  examples: ['hnf image inspect out/debian12-lab-1.34.2.ova'],
  async run(context, input) {
    const { inspectArtifact } = await import('../../../flows/image-inspect/inspect-artifact.ts');
    const { formatInspection } = await import('../../view/inspection.ts');
    const path = input.args[0];
    if (path === undefined) throw new FactoryError('usage', 'an artifact is needed');
    const { resolve } = await import('node:path');
    const inspection = await inspectArtifact(resolve(context.cwd, path), context.signal);
    if (isSet(input, 'json')) context.printJson(inspection);
    else context.print(formatInspection(inspection));
    return inspection.findings.length === 0 ? 0 : 1;
  },
};
