import { FileFollower } from './file-follower.ts';
import type { RunFiles } from './vm-spec.ts';

/** What a guest writes: on its serial console and on its report port. */
export class GuestOutput {
  readonly #serial: FileFollower;
  readonly #report: FileFollower;
  readonly #onSerial: ((text: string) => void) | undefined;

  constructor(files: Pick<RunFiles, 'serial' | 'report'>, onSerial?: (text: string) => void) {
    this.#serial = new FileFollower(files.serial);
    this.#report = new FileFollower(files.report);
    this.#onSerial = onSerial;
  }

  /** Everything read from the serial console so far. */
  get serialText(): string {
    return this.#serial.text;
  }

  get reportText(): string {
    return this.#report.text;
  }

  /** Reads what is new. True when the serial console said something. */
  async read(): Promise<boolean> {
    const added = await this.#serial.read();
    if (added !== '') this.#onSerial?.(added);
    await this.#report.read();
    return added !== '';
  }

  async close(): Promise<void> {
    await Promise.all([this.#serial.close(), this.#report.close()]);
  }
}
