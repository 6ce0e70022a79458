import type { CatalogRow } from './catalog-row.ts';
import { al2023Rows } from './rows/al2023.ts';
import { debianRows } from './rows/debian.ts';
import { rhelRows } from './rows/rhel.ts';
import { ubuntuRows } from './rows/ubuntu.ts';

/** The images every config has, in the order they are shown. */
export const builtinImages = {
  ...ubuntuRows,
  ...rhelRows,
  ...al2023Rows,
  ...debianRows,
} satisfies Record<string, CatalogRow>;
