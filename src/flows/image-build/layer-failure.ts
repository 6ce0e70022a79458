import { FactoryError } from '../../core/errors.ts';
import { ExecError } from '../../core/exec-error.ts';
import { findSerialHint } from '../../lab/verify/known-failures.ts';
import { findLastWords } from '../../packer/machine-readable.ts';
import { findBuildHint } from '../../packer/phases.ts';
import { readSerialTail } from './serial-log.ts';

/** Paths of what is kept of a layer's build, whatever happens. */
export interface LayerLogs {
  packer: string;
  serial: string;
}

const shownWords = 8;

/** Adds what the guest last said, where the logs are, and what to do. */
export async function explainLayerFailure(
  error: unknown,
  { layer, step, logs }: { layer: string; step: string; logs: LayerLogs },
): Promise<unknown> {
  if (!(error instanceof FactoryError) || error.code === 'interrupted' || error.code === 'tool.missing') return error;
  const serial = await readSerialTail(logs.serial);
  const output = error instanceof ExecError ? `${error.stdout}\n${error.stderr}` : error.message;
  const hint = findSerialHint(serial.join('\n')) ?? findBuildHint(output) ?? error.hint;
  const said = error instanceof ExecError ? [...findLastWords(output, shownWords), ...endOf(error)] : [error.message];
  const code = error.code === 'exec.failed' ? 'build.failed' : error.code;
  return new FactoryError(code, `the ${layer} layer failed while '${step}'`, {
    hint: hint ?? 'Read the logs named above.',
    cause: error,
    details: [
      ...said,
      ...(serial.length === 0 ? [] : ['the guest’s last words:', ...serial.map((line) => `  ${line}`)]),
      `packer log: ${logs.packer}`,
      `serial log: ${logs.serial}`,
    ],
  });
}

/** Who looks at the logs finds no trace of a signal. */
function endOf({ signalName }: ExecError): string[] {
  return signalName === undefined ? [] : [`Packer was ended by ${signalName}`];
}
