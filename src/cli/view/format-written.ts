/** Folders of hosts that were written, or would be. */
export interface Written {
  /** Absolute. */
  output: string;
  written: readonly string[];
  unchanged: readonly string[];
  dryRun: boolean;
}

const mostNamed = 10;

/** What was done; with `dryRun` also for whom it would be. */
export function formatWritten({ output, written, unchanged, dryRun }: Written): string {
  const would = dryRun ? 'would write' : 'wrote';
  const first = `${would} ${count(written.length)}, ${unchanged.length.toLocaleString('en')} unchanged, in ${output}`;
  return `${[first, ...(dryRun ? listNamed(written) : [])].join('\n')}\n`;
}

function count(hosts: number): string {
  return hosts === 1 ? 'the payload of 1 host' : `the payloads of ${hosts.toLocaleString('en')} hosts`;
}

/** The first of the names, and how many more there are. */
export function listNamed(names: readonly string[]): string[] {
  const sorted = names.toSorted();
  const rest = sorted.length - mostNamed;
  return [...sorted.slice(0, mostNamed), ...(rest > 0 ? [`… and ${rest.toLocaleString('en')} more`] : [])];
}
