import { FactoryError } from '../../core/errors.ts';

export interface InstalledPackage {
  name: string;
  version: string;
}

/** Parses `dpkg-query`'s lines `name<TAB>version`. @throws FactoryError `build.failed` */
export function parsePackages(text: string): InstalledPackage[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name, version] = line.split('\t');
      if (!name || !version)
        throw new FactoryError('build.failed', `dpkg-query wrote '${line}', not a name and a version`);
      return { name, version };
    });
}
