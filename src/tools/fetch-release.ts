import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { fetchBytes, HttpStatusError } from '../core/http-get.ts';
import { MiB } from '../core/sizes.ts';
import type { ToolsContext } from './context.ts';
import { platformName } from './platform.ts';
import { findSum, type Release } from './releases.ts';
import { binaryOf, type StoredTool, type ToolRequest } from './stored.ts';
import { readTarGzMember, readZipMember } from './unpack.ts';

/** Short on purpose: where vendors are out of reach, a build of our own follows. */
const answerTimeoutMs = 5000;
const idleTimeoutMs = 30_000;
const maxReleaseBytes = 256 * MiB;

/**
 * Fetches an official release into `folder`, checked against the vendor's published checksum.
 * @throws FactoryError `network.failed` when it cannot be had, `check.failed` when it is not what the vendor published.
 */
export async function fetchRelease(
  request: ToolRequest,
  release: Release,
  folder: string,
  context: ToolsContext,
): Promise<StoredTool> {
  const started = context.clock.now();
  const file = new URL(release.url).pathname.split('/').at(-1) ?? '';
  const sums = (await fetchFrom(release.sumsUrl, MiB, context)).toString('utf8');
  const wanted = findSum(sums, file);
  if (wanted === undefined) throw new FactoryError('check.failed', `${release.sumsUrl} does not list '${file}'`);
  const content = await fetchFrom(release.url, maxReleaseBytes, context);
  const digest = sha256(content);
  if (digest !== wanted) {
    throw new FactoryError('check.failed', `${release.url} has SHA-256 ${digest}, published is ${wanted}`, {
      hint: 'Something between here and the vendor changes the file: do not use it. HNF_TOOLS_SOURCE=go builds it from source.',
    });
  }
  const binary = binaryOf(request.tool);
  await writeFile(join(folder, binary), await unpack(content, release), { mode: 0o755 });
  return {
    name: request.tool.name,
    version: request.version,
    platform: platformName(request.platform),
    origin: 'release',
    source: release.url,
    binary,
    seconds: Math.round((context.clock.now() - started) / 1000),
  };
}

function unpack(content: Buffer, { archive }: Release): Promise<Buffer> | Buffer {
  if (archive === undefined) return content;
  return archive.format === 'zip' ? readZipMember(content, archive.member) : readTarGzMember(content, archive.member);
}

/** A host that did not answer is not asked again in this run. */
async function fetchFrom(url: string, maxBytes: number, context: ToolsContext): Promise<Buffer> {
  const { host } = new URL(url);
  const known = context.memory.unreached.get(host);
  if (known !== undefined) throw new FactoryError('network.failed', known);
  try {
    return await fetchBytes(url, maxBytes, { ...context, answerTimeoutMs, idleTimeoutMs });
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'network.failed' && !(error instanceof HttpStatusError)) {
      context.memory.unreached.set(host, `${host} was not reached before in this run`);
    }
    throw error;
  }
}
