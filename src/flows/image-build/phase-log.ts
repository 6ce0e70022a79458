import type { Emit } from '../../core/events.ts';
import type { PhaseTime } from './request.ts';

/** What a phase can say while it runs. */
export interface PhaseHandle {
  progress(detail: string): void;
  /** Marks the phase as answered by the cache. */
  cached(): void;
}

/** Times the phases of one build and tells them as events. */
export class PhaseLog {
  readonly times: PhaseTime[] = [];
  readonly #emit: Emit;
  readonly #subject: string;

  constructor(subject: string, emit: Emit) {
    this.#subject = subject;
    this.#emit = emit;
  }

  async run<T>(phase: string, work: (handle: PhaseHandle) => Promise<T>): Promise<T> {
    const event = { operation: 'image build', subject: this.#subject, phase };
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    let cached = false;
    this.#emit({ ...event, status: 'start' });
    try {
      const result = await work({
        progress: (detail) => this.#emit({ ...event, status: 'progress', detail }),
        cached: () => {
          cached = true;
        },
      });
      this.times.push({ name: phase, seconds: seconds(), cached });
      this.#emit({ ...event, status: 'done', seconds: seconds(), cached });
      return result;
    } catch (error) {
      this.#emit({ ...event, status: 'fail', seconds: seconds() });
      throw error;
    }
  }
}

/** The phases of a build in order: what a terminal view lists before they start. */
export const buildPhases = ['check', 'tools', 'base layer', 'node layer', 'formats', 'verify', 'manifest'] as const;
