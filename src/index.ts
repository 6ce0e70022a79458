/** Library entry: `defineConfig`, types and pure functions. Importing it touches neither disk nor network. */
export { listCells } from './catalog/cells.ts';
export { baseIdentity, imageIdentity, nodeIdentity } from './catalog/identity.ts';
export type {
  Arch,
  BuilderKind,
  ContainerdSource,
  CredentialProvider,
  ImageFormat,
  ImageSource,
  ImageSpec,
  SourceKind,
} from './catalog/image-spec.ts';
export { cellId } from './catalog/image-spec.ts';
export type { ImageListing } from './catalog/list-images.ts';
export { listImages } from './catalog/list-images.ts';
export type { Profile } from './catalog/profile.ts';
export type { ImageInspection, ImageRequest } from './catalog/resolve-image.ts';
export { inspectImage, resolveImage } from './catalog/resolve-image.ts';
export { defineConfig } from './config/define.ts';
export type { Finding } from './config/findings.ts';
export { renderJsonSchema } from './config/json-schema.ts';
export type { ImageSettings, Origin, ResolvedConfig, ResolveInput, ResolveResult } from './config/resolve.ts';
export { resolveConfig } from './config/resolve.ts';
export { WrittenConfig } from './config/schema.ts';
export type { WrittenImage } from './config/schema-image.ts';
export type { ErrorCode } from './core/errors.ts';
export { exitCodeOf, FactoryError } from './core/errors.ts';
export type { Decoded } from './guestinfo/decode.ts';
export { decodePayload } from './guestinfo/decode.ts';
export { encodePayload, payloadEncoding } from './guestinfo/encode.ts';
export { mergeCloudConfig } from './guestinfo/merge.ts';
export { buildNetworkConfig } from './guestinfo/network.ts';
export type { Datasource, Payload, RenderPayload } from './guestinfo/payload.ts';
export { createPayloadRenderer } from './guestinfo/payload.ts';
export type { PayloadHost, PayloadSettings } from './guestinfo/types.ts';
export { FindingsBag } from './hosts/findings-bag.ts';
export type { Host } from './hosts/host.ts';
export { readHosts } from './hosts/read-hosts.ts';
