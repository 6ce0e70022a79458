import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ResolvedConfig } from '../config/resolve.ts';
import { FactoryError, messageOf } from '../core/errors.ts';
import { ExecError } from '../core/exec-error.ts';
import type { Activation } from '../nodeconfig/plan-settings.ts';
import type { CommandContext } from './command.ts';

const commandTimeoutMs = 60_000;

/**
 * The SSM activation: the environment, else the file, else the command that the config names. That may make one in AWS, so `beforeCommand`
 * has the chance to refuse. Nothing of the activation shows in any output from here on.
 * @throws FactoryError when the file cannot be read or the command fails; what the command printed is in no error.
 */
export async function readActivation(
  context: CommandContext,
  config: ResolvedConfig,
  beforeCommand: () => Promise<unknown>,
): Promise<Activation> {
  const { ssmActivationCode } = config.secrets;
  const { activationId, activationCodeFile, activationCommand } = config.ssm;
  const found =
    ssmActivationCode !== undefined
      ? { activationCode: ssmActivationCode }
      : activationCodeFile !== undefined
        ? { activationCode: await readCode(activationCodeFile, context.cwd) }
        : activationCommand !== undefined
          ? await beforeCommand().then(() => runActivationCommand(activationCommand, context))
          : {};
  if (found.activationCode !== undefined) context.secrets.add(found.activationCode);
  // What belongs together comes from one place; an id beside a bare code is the config's.
  return { ...found, activationId: 'activationId' in found ? found.activationId : activationId };
}

async function readCode(file: string, cwd: string): Promise<string> {
  const hint = 'Name a file with the code alone, or set HNF_SSM_ACTIVATION_CODE_FILE.';
  try {
    const text = (await readFile(resolve(cwd, file), 'utf8')).replace(/\r?\n$/, '');
    if (text !== '') return text;
  } catch (error) {
    throw new FactoryError('input.not-found', `ssm.activationCodeFile: '${file}' cannot be read: ${messageOf(error)}`, {
      hint,
      cause: error,
    });
  }
  throw new FactoryError('input.invalid', `ssm.activationCodeFile: '${file}' is empty; accepted: the code`, { hint });
}

/** `aws` and `vault` find their way by many variables: the command gets all of them, but not our secrets. */
async function runActivationCommand(command: readonly string[], context: CommandContext) {
  const { exec, env, signal, cwd, secrets } = context;
  const [file = '', ...args] = command;
  const own = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(HNF_|PKR_|RH_|VSPHERE_|GOVC_)/.test(entry[0]),
  );
  try {
    const options = { cwd, env: Object.fromEntries(own), timeoutMs: commandTimeoutMs, signal, keepBytes: 65_536 };
    const { stdout } = await exec.run(file, args, options);
    return parseActivation(stdout);
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    // It may have printed the code, and then repeated it in its complaint.
    for (const word of error.stdout.split(/[\s"]+/)) if (word.length >= shortestCode) secrets.add(word);
    throw wordFailure(file, error);
  }
}

const shortestCode = 8;

function wordFailure(file: string, error: ExecError): FactoryError {
  const what = `ssm.activationCommand: '${file}'`;
  if (error.code === 'tool.missing') {
    const hint = 'Install it, or name another program in the config.';
    return new FactoryError(error.code, `${what} is not there, or cannot be run; accepted: a program`, { hint });
  }
  const reason = error.timedOut ? `took longer than ${commandTimeoutMs / 1000} s` : 'failed';
  return new FactoryError(error.code, `${what} ${reason}`, {
    hint: 'Run it by hand; it prints the code, or JSON with ActivationId and ActivationCode.',
    details: error.stderr.trimEnd().split('\n').filter(Boolean).slice(-5),
  });
}

/** The code alone, or JSON as `aws ssm create-activation` prints it. */
export function parseActivation(output: string): Activation {
  const text = output.trim();
  const hint = "It prints the code alone, or JSON with 'ActivationId' and 'ActivationCode'.";
  const refuse = (what: string) =>
    new FactoryError('input.invalid', `ssm.activationCommand: its output ${what}`, { hint });
  if (text === '') throw refuse('is empty');
  if (!text.startsWith('{')) {
    if (/\s/.test(text)) throw refuse('is more than one word');
    return { activationCode: text };
  }
  const parsed = parseJsonObject(text);
  const { ActivationCode: activationCode, ActivationId: activationId } = parsed ?? {};
  if (typeof activationCode !== 'string' || (activationId !== undefined && typeof activationId !== 'string'))
    throw refuse("is JSON without 'ActivationCode'");
  return activationId === undefined ? { activationCode } : { activationCode, activationId };
}

function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
