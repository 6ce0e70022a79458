import { beforeAll, describe, expect, it } from 'vitest';
import { allCases } from './cases/all.ts';
import { makePki } from './cases/pki.ts';
import { checkCase, codesOf } from './cases/run-case.ts';

describe('nodeconfig/check', () => {
  let pki = '';
  beforeAll(() => {
    pki = makePki();
  });

  it.each(allCases.map((item) => [item.name, item] as const))('%s', (_name, item) => {
    const findings = checkCase(item, pki);
    const said = findings.map(({ code, path, message }) => `${code} ${path} ${message}`).join('\n');
    expect({ errors: codesOf(findings, 'error'), warnings: codesOf(findings, 'warning') }, said).toEqual({
      errors: item.codes,
      warnings: item.warnings ?? [],
    });
  });

  it('has a table of at least 120 cases, each with a name of its own', () => {
    expect(allCases.length).toBeGreaterThanOrEqual(120);
    expect(new Set(allCases.map(({ name }) => name)).size).toBe(allCases.length);
  });
});
