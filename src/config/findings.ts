import { FactoryError } from '../core/errors.ts';

/** Where a value stands: a place in a file, an environment variable or a flag. */
export interface Place {
  file?: string;
  /** From 1. */
  line?: number;
  /** From 1. */
  column?: number;
  /** `environment variable K8S_VERSION`, `flag --kubernetes`. */
  source?: string;
}

/** One thing wrong with the input. */
export interface Finding extends Place {
  severity: 'error' | 'warning';
  /** Path inside the config, e.g. `images.web.disk.sizeGiB`; empty for the whole. */
  path: string;
  /** What is there, quoted, and what is accepted. */
  message: string;
  /** What to do next. */
  hint?: string;
}

export type ConfigPath = readonly (string | number)[];

/** `['images', 'web', 'packages', 0]` → `images.web.packages[0]`. */
export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** `images.config.yaml:3:12: images.web.provider: 'foo' is …` */
export function formatFinding(finding: Finding): string {
  const place = formatPlace(finding);
  const head = [place, finding.path].filter((part) => part !== '').join(': ');
  const warning = finding.severity === 'warning' ? 'warning: ' : '';
  const hint = finding.hint === undefined ? '' : ` ${finding.hint}`;
  const stop = finding.message.endsWith('?') ? '' : '.';
  return `${warning}${head === '' ? '' : `${head}: `}${finding.message}${stop}${hint}`;
}

function formatPlace(place: Place): string {
  if (place.file !== undefined)
    return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  return place.source ?? '';
}

/** In the order of the file, then what stands elsewhere. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const rank = (finding: Finding) => (finding.line ?? 1e9) * 1e4 + (finding.column ?? 0);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

/** All findings in one error. `what` names the input, e.g. the config file; `more` is wrong beside it. */
export function configError(what: string, findings: readonly Finding[], more: readonly string[] = []): FactoryError {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const count = errors.length === 1 ? '1 thing is' : `${errors.length} things are`;
  return new FactoryError('config.invalid', `${count} wrong in ${wherein(errors, what)}`, {
    details: [...sortFindings(errors).map(formatFinding), ...more],
    hint: "Correct this and run 'hnf config check', which shows every value and where it comes from.",
  });
}

/** What stands in a file is `file`'s; the others name a flag or a variable. */
function wherein(errors: readonly Finding[], file: string): string {
  const places = errors.map(({ source }) => {
    if (source === undefined) return file;
    return source.startsWith('flag ') ? 'the command line' : 'the environment';
  });
  const sorted = [...new Set(places)].sort((a, b) => Number(b === file) - Number(a === file));
  return new Intl.ListFormat('en').format(sorted);
}

/** How a value looks in a message: short, on one line, without a password that stands in a URL. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : briefJson(value);
  const line = maskUserinfo(text).replace(
    /\p{Cc}/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return line.length > 120 ? `${line.slice(0, 117)}…` : line;
}

/** More is cut off anyway, and a few lines of YAML's aliases may mean billions of values, or an endless one. */
const mostShown = 60;

/** JSON for a message; of what is too long, `[…]` or `{…}`. */
export function briefJson(value: unknown): string {
  let left = mostShown;
  try {
    const text = JSON.stringify(value, (_key, item: unknown) => {
      left -= 1;
      if (left < 0) throw new RangeError('too long');
      return item;
    });
    return text ?? String(value);
  } catch {
    return Array.isArray(value) ? '[…]' : '{…}';
  }
}

/** `https://joe:secret@host` → `https://<hidden>@host`. */
export function maskUserinfo(text: string): string {
  return text.replace(/(\/\/)[^/\s'"]*@/g, '$1<hidden>@').replace(/:[^:@/\s'"]+@/g, ':<hidden>@');
}
