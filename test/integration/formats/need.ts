import { accessSync } from 'node:fs';
import { listOnPath } from '../../../src/tools/find-on-path.ts';
import { exec, findToolPath, testTools, toolsRequired } from '../mirror/need.ts';

export { exec };

/** Paths of tools, or why a test cannot run. With HNF_REQUIRE_TOOLS=1 a missing tool is installed, or fails the test. */
export type Needed = { paths: Readonly<Record<string, string>>; missing: string | undefined };

/** HNF_GOVC, HNF_VCSIM … name a program outright; otherwise it is found as hnf finds it. */
export async function need(names: readonly string[]): Promise<Needed> {
  const paths: Record<string, string> = {};
  for (const name of names) {
    const given = process.env[`HNF_${name.toUpperCase().replaceAll('-', '_')}`];
    if (given !== undefined) accessSync(given);
    const path = given ?? (await findToolPath(name, testTools()));
    if (path === undefined) return { paths, missing: `${name} is not installed (\`hnf tools install ${name}\`)` };
    paths[name] = path;
  }
  return { paths, missing: undefined };
}

/** Programs every Linux machine has, so that hnf does not install them. */
export function needOnPath(names: readonly string[]): Needed {
  const found = names.map((name) => [name, listOnPath(name, process.env['PATH'])[0]] as const);
  const absent = found.find(([, path]) => path === undefined);
  const paths = Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined));
  if (absent !== undefined && toolsRequired) throw new Error(`${absent[0]} is not installed`);
  return { paths, missing: absent === undefined ? undefined : `${absent[0]} is not installed` };
}
