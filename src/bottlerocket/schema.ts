import { z } from 'zod';

/**
 * Bottlerocket's settings, as far as we set them, with the rules of its own models (bottlerocket-settings-sdk, modeled-types): what its API
 * refuses at the first boot is refused here. Free settings of a person are passed through as TOML can carry them.
 */
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const hostname = z.string().regex(/^(?=.{1,253}$)[0-9a-z][0-9a-z-]{0,62}(\.[0-9a-z][0-9a-z-]{0,62})*$/);
const labelKey = z.string().regex(/^([A-Za-z0-9.-]{1,253}\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
const labelValue = z.string().regex(/^$|^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
const taintValue = z.string().regex(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?:[A-Za-z0-9]{1,253}$/);
const ipv4 = z.ipv4();
const image = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d{1,5})?(\/[a-z0-9._-]+)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})$/);

const Container = z.looseObject({ source: image.optional(), 'user-data': base64.optional() });

export const BottlerocketSettings = z.strictObject({
  settings: z.looseObject({
    kubernetes: z.looseObject({
      'cluster-name': z.string().regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/),
      'api-server': z.url({ protocol: /^https$/ }),
      'cluster-certificate': base64.min(1),
      'cluster-dns-ip': ipv4,
      'hostname-override': hostname.max(64),
      'provider-id': z.string().regex(/^eks-hybrid:\/\/\/[a-z0-9-]+\/[0-9A-Za-z_-]+\/[0-9a-z.-]+$/),
      'authentication-mode': z.literal('aws'),
      'cloud-provider': z.literal(''),
      'server-tls-bootstrap': z.literal(true),
      'max-pods': z.int().min(1).max(4_294_967_295).optional(),
      'node-ip': ipv4.optional(),
      'node-labels': z.record(labelKey, labelValue),
      'node-taints': z.record(labelKey, z.array(taintValue)).optional(),
      'credential-providers': z.looseObject({
        'ecr-credential-provider': z.looseObject({
          enabled: z.literal(true),
          'cache-duration': z.string().regex(/^\d+[hms]$/),
          'image-patterns': z.array(z.string().regex(/^[a-z0-9.*-]+$/)).min(1),
        }),
      }),
    }),
    network: z.looseObject({ hostname: hostname.max(64) }),
    aws: z.looseObject({ region: z.string().min(1), config: base64.optional() }),
    'bootstrap-containers': z.looseObject({
      'eks-hybrid-setup': Container.extend({ mode: z.literal('always'), 'user-data': base64.min(1) }),
    }),
    'host-containers': z
      .looseObject({
        admin: Container.extend({ enabled: z.boolean() }).optional(),
        control: Container.extend({ enabled: z.boolean() }).optional(),
      })
      .optional(),
  }),
});
export type BottlerocketSettings = z.infer<typeof BottlerocketSettings>;
