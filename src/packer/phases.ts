/** Steps of a build as a person thinks of them, with how long each may take before we stop waiting. */
export interface PackerPhase {
  name: string;
  /** Minutes; the build's own settings may raise it. */
  limitMinutes: number;
}

/** Our guest scripts announce steps with `::phase=NAME`; the rest is recognised from what Packer says. */
const spoken: readonly (readonly [RegExp, PackerPhase])[] = [
  [/^Retrieving (ISO|source)/i, { name: 'fetch source', limitMinutes: 120 }],
  [/^Creating CD disk/, { name: 'seed', limitMinutes: 5 }],
  [/^Starting VM/, { name: 'boot', limitMinutes: 10 }],
  // An installer may run until then; Packer's own deadline comes first.
  [/^Waiting for SSH to become available/, { name: 'wait for ssh', limitMinutes: 250 }],
  [/^Connected to SSH/, { name: 'provision', limitMinutes: 60 }],
  [/^(Gracefully halting|Halting) virtual machine/, { name: 'shut down', limitMinutes: 10 }],
  [/^Converting hard drive/, { name: 'convert', limitMinutes: 60 }],
  [/^Uploading \S+ to \[/, { name: 'upload', limitMinutes: 180 }],
  [/^Creating virtual machine/, { name: 'create machine', limitMinutes: 15 }],
  [/^Cloning virtual machine/, { name: 'clone', limitMinutes: 120 }],
  [/^Powering on virtual machine/, { name: 'boot', limitMinutes: 10 }],
  [/^(Waiting \S+ for boot|Typing boot command)/, { name: 'type boot command', limitMinutes: 10 }],
  // Until the installer is through; Packer's own deadline comes first.
  [/^Waiting for IP/, { name: 'wait for address', limitMinutes: 240 }],
  [/^Running shutdown command/, { name: 'shut down', limitMinutes: 15 }],
  [/^Converting virtual machine to template/, { name: 'make template', limitMinutes: 10 }],
  [/^Importing VM .*(content library|Content Library)/i, { name: 'put into library', limitMinutes: 180 }],
  [/^Exporting to Open Virtualization/, { name: 'export', limitMinutes: 180 }],
];

/** Our script that looks around after a failure announces itself so; what failed is the step before it. */
export const diagnosis = 'diagnose';

const marker = /::phase=([\w-]+)(?: limit=(\d+))?/;

/** The phase that starts with this line, if one does. Pure. */
export function findPhase(text: string): PackerPhase | undefined {
  const marked = marker.exec(text);
  if (marked?.[1] !== undefined) return { name: marked[1], limitMinutes: Number(marked[2] ?? 60) };
  return spoken.find(([pattern]) => pattern.test(text))?.[1];
}

/** Failures worth a word of advice, matched against the last lines of a failed build. */
const hints: readonly (readonly [RegExp, string])[] = [
  [/Timeout waiting for SSH/, 'The guest never answered on SSH: look at the serial log for where it stopped.'],
  [
    /unexpected EOF|keepalive failed/i,
    'The machine stalled and Packer lost its plugin: run it again with less beside it.',
  ],
  [/no space left on device|No space left/i, 'A disk is full: point HNF_CACHE_DIR and -o to a larger one.'],
  [/Qemu failed to start|failed to start.*qemu|Error launching VM/i, 'QEMU did not start: see its message above.'],
  [
    /Checksums? did not match/i,
    'The source file is not the one the catalog names: fix `checksum` or fetch the file again.',
  ],
  [
    /could not find a supported CD ISO creation command/i,
    'Packer needs xorriso for the seed: run `hnf tools install`.',
  ],
  [/checksum mismatch/, 'An artifact does not match its checksum: run `hnf mirror verify` or clear the cache.'],
  [/Unable to locate package/, 'A package of the catalog is not in the distribution’s lists: check `packages`.'],
  [
    /Could not resolve|Temporary failure (in name resolution|resolving)/i,
    'The guest cannot resolve names: check DNS and proxy.',
  ],
];

/** Advice for a failed build. Pure. */
export function findBuildHint(output: string): string | undefined {
  return hints.find(([pattern]) => pattern.test(output))?.[1];
}
