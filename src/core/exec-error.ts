import { type ErrorCode, FactoryError } from './errors.ts';

export interface ExecFacts {
  command: string;
  exitCode: number | undefined;
  signalName: string | undefined;
  timedOut: boolean;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** A program that could not be started, ended with an exit code nobody accepted, or was stopped. Texts are redacted. */
export class ExecError extends FactoryError {
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly signalName: string | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;

  constructor(code: ErrorCode, facts: ExecFacts, reason: string, hint?: string, cause?: unknown) {
    super(code, `${reason}: ${facts.command}`, { hint, cause, details: tailLines(facts.stderr || facts.stdout) });
    this.name = 'ExecError';
    this.command = facts.command;
    this.exitCode = facts.exitCode;
    this.signalName = facts.signalName;
    this.timedOut = facts.timedOut;
    this.stdout = facts.stdout;
    this.stderr = facts.stderr;
  }
}

const shownLines = 12;

function tailLines(text: string): string[] {
  return text.trimEnd().split('\n').filter(Boolean).slice(-shownLines);
}
