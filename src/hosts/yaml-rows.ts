import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import { suggestion } from '../config/did-you-mean.ts';
import { quote } from '../config/findings.ts';
import { parseYaml } from '../config/parse-document.ts';
import { fieldsOf, isMap } from './object-fields.ts';
import type { RawRow, ReportFault, RowReader } from './raw-row.ts';

/** YAML cannot be read piece by piece. */
const longestText = 64 * 1024 * 1024;
/** Where items are not one per dash, finding their lines takes ten times as long as reading; beyond this they are numbered instead. */
const longestLocated = 4 * 1024 * 1024;

/** Hosts of a YAML file: a list, or `hosts:` with one. */
export class YamlRows implements RowReader {
  readonly #report: ReportFault;
  #text = '';
  #isOver = false;

  constructor(report: ReportFault) {
    this.#report = report;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  push(text: string): RawRow[] {
    this.#text += text;
    if (this.#text.length <= longestText) return [];
    this.#fail({ path: '', message: 'is longer than 64 MiB', hint: 'So many hosts are read from CSV or JSON.' });
    return [];
  }

  end(): RawRow[] {
    // js-yaml takes nothing for a mistake.
    if (this.#isOver || this.#text.replace(/#.*$/gm, '').trim() === '') return [];
    const value = this.#load();
    if (this.#isOver || value === undefined || value === null) return [];
    const hosts = this.#findHosts(value);
    if (hosts === undefined) return [];
    const lines = locateItems(this.#text, hosts);
    return hosts.list.flatMap((host: unknown, index) => {
      const prefix = `${hosts.path.join('')}[${index}]`;
      const line = lines(index);
      if (isMap(host)) return [{ line, prefix: `${prefix}.`, fields: fieldsOf(host) }];
      this.#report({
        line,
        path: prefix,
        message: `${quote(host)} is no host; accepted: a map with a name`,
        isRow: true,
      });
      return [];
    });
  }

  #load(): unknown {
    try {
      return load(this.#text, { schema: CORE_SCHEMA });
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const { mark, reason } = error;
      const place = mark === null || mark === undefined ? {} : { line: mark.line + 1, column: mark.column + 1 };
      this.#fail({ ...place, path: '', message: `no valid YAML: ${reason}` });
      return undefined;
    }
  }

  #findHosts(value: unknown): HostList | undefined {
    if (Array.isArray(value)) return { list: value, path: [] };
    const map = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
    for (const key of Object.keys(map)) {
      if (key === 'hosts' || key === '$schema') continue;
      this.#report({ path: key, message: `unknown key; accepted here: hosts${suggestion(key, ['hosts'])}` });
    }
    if (Array.isArray(map['hosts'])) return { list: map['hosts'], path: ['hosts'] };
    if (map['hosts'] === null) return undefined;
    this.#report({ path: '', message: 'is no list of hosts; accepted: a list of maps, or hosts: with one' });
    return undefined;
  }

  #fail(fault: Parameters<ReportFault>[0]): void {
    this.#isOver = true;
    this.#text = '';
    this.#report(fault);
  }
}

interface HostList {
  list: readonly unknown[];
  path: readonly string[];
}

/** In which line an item begins. */
function locateItems(text: string, { list, path }: HostList): (index: number) => number {
  const lines = listDashes(text);
  if (lines.length === list.length) return (index) => lines[index] ?? 1;
  if (text.length > longestLocated) return (index) => index + 1;
  const { locate } = parseYaml(text, '');
  return (index) => locate([...path, index], 'value')?.line ?? index + 1;
}

/** Lines that begin with a dash as deep as the first one: the items of a list in block style. */
function listDashes(text: string): number[] {
  const indent = /^( *)-(?=[ \r\n])/m.exec(text)?.[1];
  if (indent === undefined) return [];
  const start = `${indent}-`;
  const lines: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const behind = line[start.length];
    if (line.startsWith(start) && (behind === undefined || behind === ' ' || behind === '\r')) lines.push(index + 1);
  }
  return lines;
}
