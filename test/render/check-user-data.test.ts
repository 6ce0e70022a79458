import { describe, expect, it } from 'vitest';
import { findPreseedSecrets, findUserDataFaults } from '../../src/render/check-user-data.ts';

const user = { name: 'b', lock_passwd: true, ssh_authorized_keys: ['ssh-ed25519 AAAA x'] };

function pathsOf(userData: unknown): string[] {
  return findUserDataFaults(userData).map(({ path }) => path);
}

describe('render/check-user-data', () => {
  it('wants a key, and no password anywhere', () => {
    const right = { users: [user], ssh_pwauth: false };
    expect(pathsOf(right)).toEqual([]);
    expect(pathsOf({ ...right, users: [{ ...user, passwd: '$6$x$y' }] })).toEqual(['users[0].passwd']);
    expect(pathsOf({ ...right, users: [{ ...user, lock_passwd: false }] })).toEqual(['users[0].lock_passwd']);
    expect(pathsOf({ ...right, users: [{ name: 'b' }] })).toEqual(['users']);
    expect(pathsOf({ ...right, chpasswd: { list: 'a:b' } })).toEqual(['chpasswd']);
    expect(pathsOf({ users: [user] })).toEqual(['ssh_pwauth']);
    expect(pathsOf({ ...right, runcmds: [] })).toEqual(['runcmds']);
    expect(pathsOf('text')).toEqual(['']);
  });

  it("finds passwords for Debian's installer", () => {
    const text =
      'd-i passwd/root-login boolean true\nd-i passwd/root-password-crypted password !\nd-i passwd/user-password password x\n';
    expect(findPreseedSecrets(text).map(({ line }) => line)).toEqual([3]);
  });
});
