// The only file of this folder that reaches the network, and the only one that knows where that code lives.
import type { IncomingMessage } from 'node:http';
import { FactoryError } from '../../core/errors.ts';
import { HttpStatusError, openUrl, transferError } from '../../core/http-get.ts';
import { type DownloadContext, downloadFile } from '../download.ts';
import { maxManifestBytes } from './image-manifest.ts';

export type RegistryContext = Omit<DownloadContext, 'answerTimeoutMs' | 'idleTimeoutMs' | 'headers'>;

export interface RegistryAnswer {
  status: number;
  header(name: string): string | undefined;
  body: Buffer;
}

const limits = { answerTimeoutMs: 20_000, idleTimeoutMs: 60_000 };
const downloadTimeoutMs = 60 * 60 * 1000;

/** A manifest or a token. */
export async function getSmall(
  url: string,
  headers: Readonly<Record<string, string>>,
  context: RegistryContext,
): Promise<RegistryAnswer> {
  const response = await openUrl(url, headers, { ...context, ...limits });
  return { status: response.statusCode ?? 0, header: headerOf(response), body: await readAll(url, response, context) };
}

/** Into `partPath`, continued if it is there in part. @throws as downloadFile */
export async function getBlob(
  url: string,
  partPath: string,
  sha256: string,
  headers: Readonly<Record<string, string>>,
  context: RegistryContext,
): Promise<void> {
  await downloadFile(url, partPath, { sha256, timeoutMs: downloadTimeoutMs }, { ...context, ...limits, headers });
}

/** Of an answer that was refused; undefined for any other error. */
export function findStatus(error: unknown): number | undefined {
  return error instanceof HttpStatusError ? error.status : undefined;
}

export function statusError(url: string, status: number): FactoryError {
  return new HttpStatusError(url, status);
}

function headerOf(response: IncomingMessage): (name: string) => string | undefined {
  return (name) => {
    const value = response.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}

async function readAll(url: string, response: IncomingMessage, { signal }: RegistryContext): Promise<Buffer> {
  try {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxManifestBytes)
        throw new FactoryError('network.failed', `${url} is over ${maxManifestBytes} bytes`);
      parts.push(chunk);
    }
    return Buffer.concat(parts);
  } catch (error) {
    throw transferError(url, error, signal);
  }
}
