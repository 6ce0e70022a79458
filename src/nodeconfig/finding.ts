/** One thing a NodeConfig has against it. */
export interface NodeConfigFinding {
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** Inside the document, e.g. `spec.kubelet.flags[0]`; empty for the whole. */
  path: string;
  severity: 'error' | 'warning';
  /** For programs, e.g. `ssm.activationId`; docs/nodeconfig.md lists them. */
  code: string;
  /** What is there and what is accepted. Never a secret. */
  message: string;
  /** What to do next. */
  hint?: string;
}

/** A place in the text, both from 1. */
export interface TextPlace {
  line: number;
  column: number;
}

/** What a rule reports: where it stands is looked up. */
export interface Fault {
  path: readonly (string | number)[];
  code: string;
  message: string;
  /** Default: error. */
  severity?: 'error' | 'warning' | undefined;
  hint?: string | undefined;
  /** Whether the place meant is the key or the value; default: value. */
  about?: 'key' | 'value' | undefined;
  /** Where it stands, when the rule knows better than the path tells. */
  at?: TextPlace | undefined;
}

export type Report = (fault: Fault) => void;
