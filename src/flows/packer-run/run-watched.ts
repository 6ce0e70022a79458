import type { PackerCall } from '../../packer/client.ts';
import { runBuild } from '../../packer/client.ts';
import { diagnosis, findPhase } from '../../packer/phases.ts';
import { withWatchdog } from '../image-build/watchdog.ts';

export interface WatchedBuild {
  /** The folder with the template. */
  template: string;
  call: PackerCall;
  /** Packer's output is kept here. */
  logFile: string;
  /** Where the build writes: it is stopped before one of their disks is full. */
  watchedFolders: readonly string[];
  signal: AbortSignal;
  /** One line for people: `provision: installing packages`. */
  onProgress(detail: string): void;
  /** Every line of Packer's. */
  onSpeech?: (text: string) => void;
  /** Looked at every few seconds; what it throws ends the build. */
  check?: (() => Promise<void>) | undefined;
  /** Turns what went wrong into what is thrown. */
  explain(error: unknown, step: string): Promise<unknown>;
}

/** A build that hangs in no known phase still ends. */
const hardLimitMs = 8 * 60 * 60 * 1000;

/** `packer build` under a watchdog that knows how long each of its phases may take. @throws what `explain` returns */
export async function runWatched(build: WatchedBuild): Promise<void> {
  let step = 'starting packer';
  try {
    const { signal, check, watchedFolders: folders } = build;
    await withWatchdog({ signal, check, folders }, async (watch) => {
      await runBuild(
        build.template,
        { ...build.call, signal: watch.signal },
        {
          timeoutMs: hardLimitMs,
          logFile: build.logFile,
          onSpeech({ text }) {
            const entered = findPhase(text);
            if (entered !== undefined) {
              if (entered.name !== diagnosis) step = entered.name;
              watch.enter(entered);
            }
            build.onSpeech?.(text);
            build.onProgress(`${step}: ${lastLine(text)}`);
          },
        },
      );
    });
  } catch (error) {
    throw await build.explain(error, step);
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}
