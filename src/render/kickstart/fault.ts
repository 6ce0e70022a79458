/** What a fault is about: the language itself, or one of our own rules, which are stricter. */
export type KickstartFaultCode =
  /** A line that cannot be split into words. */
  | 'syntax'
  | 'section'
  | 'command'
  | 'option'
  | 'value'
  /** Accepted today, refused by a later release; `inst.ksstrict` makes it an error. */
  | 'deprecated'
  /** Something is there twice, or beside what it excludes. */
  | 'conflict'
  /** Something without which the installer asks or the image is none. */
  | 'missing'
  | 'secret'
  | 'layout'
  | 'policy';

export interface KickstartFault {
  code: KickstartFaultCode;
  severity: 'error' | 'warning';
  /** Line in the file, from 1; the whole file is line 1. */
  line: number;
  message: string;
}

export function kickstartFault(code: KickstartFaultCode, line: number, message: string): KickstartFault {
  return { code, severity: code === 'deprecated' ? 'warning' : 'error', line, message };
}
