import { LineCounter, parseDocument } from 'yaml';
import { messageOf } from '../core/errors.ts';
import type { Finding } from './findings.ts';
import { type Locate, locateInYaml, textInYaml } from './locate.ts';
import type { TextAt } from './schema-findings.ts';

/** A config file read, not yet judged. */
export interface RawConfig {
  value: unknown;
  locate: Locate;
  textAt?: TextAt;
  findings: readonly Finding[];
}

const syntaxPath = '';

/** YAML: numbers, quotes and duplicate keys judged by the parser; every syntax error with its line. Never throws. */
export function parseYaml(text: string, file: string): RawConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const findings = document.errors.map((error): Finding => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { severity: 'error', path: syntaxPath, file, line, column: col, message: clean(error.message) };
  });
  const locate = locateInYaml(document.contents, lines);
  const textAt = textInYaml(document.contents);
  if (findings.length > 0) return { value: undefined, locate, findings };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) ?? {}, locate, textAt, findings };
  } catch (error) {
    const message = `the aliases cannot be resolved: ${clean(messageOf(error))}`;
    return { value: undefined, locate, findings: [{ severity: 'error', path: syntaxPath, file, message }] };
  }
}

/** JSON as the standard has it: what YAML would let through (comments, bare words) is refused with its line. Never throws. */
export function parseJson(text: string, file: string): RawConfig {
  const syntax = findJsonError(text, file);
  if (syntax !== undefined) return { value: undefined, locate: () => undefined, findings: [syntax] };
  return parseYaml(text.replaceAll('\t', ' '), file);
}

function findJsonError(text: string, file: string): Finding | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    const plain = message.replace(/ in JSON at position.*$| at position.*$/s, '');
    return {
      severity: 'error',
      path: syntaxPath,
      file,
      line: before.length,
      column,
      message: `no valid JSON: ${clean(plain)}`,
    };
  }
}

function clean(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/\.$/, '').trim();
}
