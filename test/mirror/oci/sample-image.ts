import { gzipSync } from 'node:zlib';
import { sha256 } from '../../../src/core/hash.ts';

export interface SampleImage {
  /** digest → bytes. */
  blobs: Map<string, Buffer>;
  /** Of the image for amd64. */
  manifest: string;
  /** Of the index with two processors. */
  index: string;
}

export const indexType = 'application/vnd.oci.image.index.v1+json';
export const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** A real image of one file, small enough to make here: an index, the image for amd64, its configuration and layer. */
export function makeSampleImage(text = 'hello\n', architecture = 'amd64'): SampleImage {
  const blobs = new Map<string, Buffer>();
  const add = (content: Buffer): { digest: string; size: number } => {
    const digest = `sha256:${sha256(content)}`;
    blobs.set(digest, content);
    return { digest, size: content.length };
  };
  const json = (value: unknown) => add(Buffer.from(JSON.stringify(value)));
  const tar = tarOf('hello.txt', text);
  const layer = add(gzipSync(tar));
  const config = json({
    architecture,
    os: 'linux',
    config: { Cmd: ['/hello.txt'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(tar)}`] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
  });
  const platform = (architecture: string) => ({ os: 'linux', architecture });
  const index = json({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: [
      { mediaType: manifestType, digest: `sha256:${'0'.repeat(64)}`, size: 1, platform: platform('arm64') },
      { mediaType: manifestType, ...manifest, platform: platform(architecture) },
    ],
  });
  return { blobs, manifest: manifest.digest, index: index.digest };
}

/** An OCI archive of the image itself, as `skopeo copy … oci-archive:` makes it; under some names, or without one. */
export function makeArchive({ blobs, manifest }: SampleImage, ...names: readonly (string | undefined)[]): Buffer {
  const size = blobs.get(manifest)?.length ?? 0;
  const manifests = (names.length === 0 ? [undefined] : names).map((name) => {
    const annotations = name === undefined ? {} : { annotations: { 'io.containerd.image.name': name } };
    return { mediaType: manifestType, digest: manifest, size, ...annotations };
  });
  const index = { schemaVersion: 2, manifests };
  const parts = [
    tarEntry('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')),
    tarEntry('index.json', Buffer.from(JSON.stringify(index))),
    ...[...blobs].map(([digest, content]) => tarEntry(`blobs/${digest.replace(':', '/')}`, content)),
  ];
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function tarOf(name: string, text: string): Buffer {
  return Buffer.concat([tarEntry(name, Buffer.from(text)), Buffer.alloc(1024)]);
}

function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\x000000000\x000000000\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0        0', 136);
  header.write('ustar\x0000', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
}
