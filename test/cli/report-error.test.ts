import { describe, expect, it } from 'vitest';
import { errorJson, formatError } from '../../src/cli/report-error.ts';
import { errorCodes, exitCodeOf, FactoryError } from '../../src/core/errors.ts';

describe('cli/report-error', () => {
  it('prints message, findings and hint of a mistake', () => {
    const error = new FactoryError('config.invalid', 'two things are wrong', {
      details: ['one', 'two'],
      hint: 'Fix them.',
    });
    expect(formatError(error)).toBe('error: two things are wrong\n  one\n  two\nhint: Fix them.\n');
    expect(errorJson(error)).toEqual({
      error: {
        code: 'config.invalid',
        message: 'two things are wrong',
        details: ['one', 'two'],
        hint: 'Fix them.',
        exitCode: 2,
      },
    });
  });

  it('is short about an interrupt and asks for a report of a bug', () => {
    expect(formatError(new FactoryError('interrupted', 'stopped by SIGINT'))).toBe('interrupted\n');
    expect(formatError(new TypeError('x is not a function'))).toMatch(
      /^internal error: TypeError: x is not a function\n.*report/s,
    );
  });

  it('takes what the operating system refused for no bug, in both forms', () => {
    const refused = Object.assign(new Error("EACCES: permission denied, open '/x'"), {
      code: 'EACCES',
      syscall: 'open',
    });
    expect(formatError(refused)).toMatch(/^error: EACCES: permission denied, open '\/x'\nhint: Look at the path/);
    expect(errorJson(refused)).toMatchObject({ error: { code: 'io.failed', exitCode: 1, hint: expect.any(String) } });
  });

  it('has an exit code for every error code', () => {
    const expected = { failed: 1, input: 2, missing: 3, interrupted: 130 } as const;
    for (const [group, codes] of Object.entries(errorCodes)) {
      for (const code of codes)
        expect(exitCodeOf(new FactoryError(code, 'x'))).toBe(expected[group as keyof typeof expected]);
    }
    expect(exitCodeOf(new Error('bug'))).toBe(1);
  });
});
