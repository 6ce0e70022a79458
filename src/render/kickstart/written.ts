import type { ParsedKickstart, Statement } from './parse.ts';
import { splitWords } from './words.ts';

/** With the commands that its %pre scripts write word by word (`cat >FILE <<EOF`) into files it includes. */
export function withWritten(parsed: ParsedKickstart): ParsedKickstart {
  const included = parsed.commands.filter(({ name }) => name === '%include').flatMap(({ words }) => words[0] ?? []);
  const scripts = parsed.sections.filter(({ name }) => name === '%pre');
  const written = scripts.flatMap(({ line, body }) =>
    included.flatMap((path) =>
      readWritten(body, path).map((statement) => ({ ...statement, line: line + statement.line })),
    ),
  );
  return { ...parsed, commands: [...parsed.commands, ...written] };
}

/** Lines are those of the body, from 1. */
function readWritten(body: readonly string[], path: string): Statement[] {
  const start = body.indexOf(`cat >${path} <<EOF`);
  if (start === -1) return [];
  const end = body.indexOf('EOF', start);
  return body.slice(start + 1, end === -1 ? undefined : end).flatMap((text, at): Statement[] => {
    const [name, ...words] = splitWords(text).words ?? [];
    return name === undefined ? [] : [{ line: start + 2 + at, name, words }];
  });
}
