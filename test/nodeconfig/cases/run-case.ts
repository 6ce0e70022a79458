import { readFileSync } from 'node:fs';
import { hasErrno } from '../../../src/core/errors.ts';
import { checkNodeConfig } from '../../../src/nodeconfig/check.ts';
import type { NodeConfigFinding } from '../../../src/nodeconfig/finding.ts';
import type { NodeFile } from '../../../src/nodeconfig/rules-files.ts';
import type { NodeConfigCase } from './case.ts';

/** The case's text with the folder of certificates in it. */
export function textOf({ text }: NodeConfigCase, pki: string): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text.replaceAll('{pki}', pki)) : text;
}

/** What our checker says on the node itself, as nodeadm is asked there. */
export function checkCase(item: NodeConfigCase, pki: string): NodeConfigFinding[] {
  const files = { readFile, onNode: true, now: Date.now() };
  return checkNodeConfig(textOf(item, pki), { file: 'node.yaml', files });
}

function readFile(path: string): NodeFile | undefined {
  try {
    return { content: readFileSync(path), mode: 0o600 };
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Codes of this severity, each once, sorted. */
export function codesOf(findings: readonly NodeConfigFinding[], severity: 'error' | 'warning'): string[] {
  return [...new Set(findings.filter((finding) => finding.severity === severity).map(({ code }) => code))].sort();
}
