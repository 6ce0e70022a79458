/** What a fault is about: the language, or one of our own rules. */
export type AutoinstallFaultCode =
  /** A key the installer of that release does not know. */
  'key' | 'value' | 'missing' | 'secret' | 'layout' | 'policy';

export interface AutoinstallFault {
  code: AutoinstallFaultCode;
  /** `autoinstall.storage.config[3].size` */
  path: string;
  message: string;
}

export function autoinstallFault(
  code: AutoinstallFaultCode,
  path: readonly (string | number)[],
  message: string,
): AutoinstallFault {
  const written = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return { code, path: written.replace(/^\./, ''), message };
}
