import { findTool } from '../../../src/tools/find.ts';
import { realTools } from '../../helpers/need-tools.ts';

/** Paths of tools, or why a test cannot run. */
export type Needed = { paths: Readonly<Record<string, string>>; missing: string | undefined };

/** HNF_GOVC, HNF_VCSIM … name a program outright; otherwise it is found as hnf finds it. @throws Error with HNF_REQUIRE_TOOLS=1 */
export async function need(names: readonly string[]): Promise<Needed> {
  const paths: Record<string, string> = {};
  for (const name of names) {
    const given = process.env[`HNF_${name.toUpperCase().replaceAll('-', '_')}`];
    const path = given ?? (await findTool(name, realTools()))?.path;
    if (path === undefined) return { paths, missing: missing(name) };
    paths[name] = path;
  }
  return { paths, missing: undefined };
}

function missing(name: string): string {
  const reason = `${name} is not installed (hnf tools install ${name})`;
  if (process.env['HNF_REQUIRE_TOOLS'] === '1') throw new Error(`${reason}, and HNF_REQUIRE_TOOLS=1 allows no skip`);
  return reason;
}
