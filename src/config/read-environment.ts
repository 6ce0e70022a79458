import { messageOf } from '../core/errors.ts';
import { type EnvironmentVariable, environmentVariables, type SecretName } from './environment.ts';
import type { Finding } from './findings.ts';

/** One variable that is set, ready to be resolved. */
export interface EnvironmentValue {
  variable: EnvironmentVariable;
  /** The name a person set: `RH_PASSWORD` or `RH_PASSWORD_FILE`. */
  name: string;
  text: string;
}

export interface EnvironmentValues {
  values: readonly EnvironmentValue[];
  findings: readonly Finding[];
}

type ReadText = (path: string) => Promise<string>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A secret shorter than this cannot be hidden in logs without hiding innocent text (core/secrets). */
const shortestSecret = 4;

/** Reads the contract's variables, and the files that `<NAME>_FILE` names. An empty variable counts as unset. Never throws. */
export async function readEnvironment(env: Environment, read: ReadText): Promise<EnvironmentValues> {
  const all = await Promise.all(environmentVariables.map((variable) => readVariable(variable, env, read)));
  return { values: all.flatMap(({ values }) => values), findings: dedupe(all.flatMap(({ findings }) => findings)) };
}

async function readVariable(
  variable: EnvironmentVariable,
  env: Environment,
  read: ReadText,
): Promise<EnvironmentValues> {
  const plain = findSet(env, variable.name) ?? findSet(env, variable.name.toLowerCase(), /_proxy$/);
  const fileName = takesFile(variable) ? findSet(env, `${variable.name}_FILE`) : undefined;
  if (plain !== undefined && fileName !== undefined) {
    const message = `both ${variable.name} and ${variable.name}_FILE are set; accepted: one of them`;
    return { values: [], findings: [findingAbout(variable.name, message)] };
  }
  if (fileName !== undefined) return readSecretFile(variable, fileName, read);
  return plain === undefined ? { values: [], findings: [] } : accept(variable, variable.name, plain);
}

function takesFile({ secret, file }: EnvironmentVariable): boolean {
  return secret !== undefined || file === true;
}

function findSet(env: Environment, name: string, only?: RegExp): string | undefined {
  if (only !== undefined && !only.test(name)) return undefined;
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

async function readSecretFile(variable: EnvironmentVariable, path: string, read: ReadText): Promise<EnvironmentValues> {
  const name = `${variable.name}_FILE`;
  const what = variable.secret === undefined ? 'the value' : 'the secret';
  try {
    const text = (await read(path)).replace(/\r?\n$/, '');
    if (text === '')
      return { values: [], findings: [findingAbout(name, `'${path}' is empty; accepted: a file with ${what}`)] };
    return accept(variable, name, text);
  } catch (error) {
    const message = `cannot read '${path}': ${messageOf(error)}; accepted: a file with ${what}`;
    return { values: [], findings: [findingAbout(name, message)] };
  }
}

function accept(variable: EnvironmentVariable, name: string, whole: string): EnvironmentValues {
  const text = variable.pick === undefined ? whole : variable.pick(whole);
  if (text === undefined) return { values: [], findings: [] };
  if (variable.secret !== undefined && text.length < shortestSecret) {
    const message = `the value is too short for a secret; accepted: at least ${shortestSecret} characters`;
    return { values: [], findings: [findingAbout(name, message)] };
  }
  return { values: [{ variable, name, text }], findings: [] };
}

function findingAbout(name: string, message: string): Finding {
  return {
    severity: 'error',
    path: '',
    source: `environment variable ${name}`,
    message,
    hint: `Correct or unset ${name}.`,
  };
}

function dedupe(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.source}${finding.message}`, finding])).values()];
}

/** The secrets that are set, the later row of two winning. */
export function secretsOf(values: readonly EnvironmentValue[]): Partial<Record<SecretName, string>> {
  const pairs = values.flatMap(({ variable, text }) =>
    variable.secret === undefined ? [] : [[variable.secret, text] as const],
  );
  return Object.fromEntries(pairs);
}
