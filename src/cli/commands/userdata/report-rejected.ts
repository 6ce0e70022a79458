import type { CommandContext } from '../../command.ts';

/** With --keep-going: what was passed over. Gives the exit code. */
export function reportRejected(context: CommandContext, count: number, lines: readonly string[]): number {
  if (count === 0) return 0;
  context.progress(
    `error: ${count === 1 ? '1 thing is' : `${count} things are`} wrong, and those rows were passed over\n`,
  );
  for (const line of lines) context.progress(`  ${line}\n`);
  return 2;
}
