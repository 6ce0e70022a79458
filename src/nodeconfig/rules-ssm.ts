import type { DecodedConfig } from './decoded.ts';
import type { Fault } from './finding.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The activation. Its code is a secret: no message quotes it. */
export function listSsmFaults({ spec }: DecodedConfig): Fault[] {
  const ssm = spec?.hybrid?.ssm;
  if (ssm === undefined) return [];
  const found = [
    ['activationCode', findCodeFault(ssm.activationCode ?? '')],
    ['activationId', findIdFault(ssm.activationId ?? '')],
  ] as const;
  const faults = found.flatMap(([key, message]): Fault[] =>
    message === undefined ? [] : [{ path: [...path, key], code: `ssm.${key}`, message }],
  );
  return uuid.test(ssm.activationCode ?? '') ? [...faults, swapped] : faults;
}

const path = ['spec', 'hybrid', 'ssm'];

/** AWS does not say what a code looks like, but none was ever seen like this. */
const swapped: Fault = {
  path: [...path, 'activationCode'],
  code: 'ssm.activationCode',
  severity: 'warning',
  message: 'looks like an activation id; were the two swapped?',
};

const codeAccepted = "accepted: the ActivationCode that 'aws ssm create-activation' printed, 20 to 250 characters";

function findCodeFault(code: string): string | undefined {
  const length = [...code].length;
  if (code === '') return `is missing; ${codeAccepted}`;
  if (code.includes('\n')) return `has an end of line in it; ${codeAccepted}`;
  if (length < 20 || length > 250) return `has ${length} characters; ${codeAccepted}`;
  if (isPlaceholder(code)) return `is a placeholder that nobody filled in; ${codeAccepted}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a copy and paste takes along
  if (/[\s\u0000-\u001f\u007f-\uffff]/.test(code)) return `has a blank or a character no code has; ${codeAccepted}`;
  return undefined;
}

const idAccepted = "accepted: the ActivationId that 'aws ssm create-activation' printed, a UUID in lower case";

/** It may be the code, swapped: it is not quoted either. */
function findIdFault(id: string): string | undefined {
  if (id === '') return `is missing; ${idAccepted}`;
  if (uuid.test(id)) return undefined;
  if (isPlaceholder(id)) return `is a placeholder that nobody filled in; ${idAccepted}`;
  if (uuid.test(id.toLowerCase())) return `has capital letters; ${idAccepted}`;
  if (uuid.test(id.trim())) return `has blanks around it; ${idAccepted}`;
  return `is no activation id; ${idAccepted}`;
}

/** `<activation-code>`, `${CODE}`, `{{ code }}`, `$CODE`. */
function isPlaceholder(text: string): boolean {
  return /^<.*>$|\$\{.*\}|\{\{.*\}\}|^\$[A-Za-z_]+$/.test(text);
}
