import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import {
  checkPrivileges,
  findMissingPrivileges,
  parsePrivilegeAnswer,
  renderPrivilegeQuery,
} from '../../src/vsphere/check-privileges.ts';
import type { Govc } from '../../src/vsphere/govc.ts';
import { buildPrivileges, neededPrivileges } from '../../src/vsphere/privileges.ts';

const folder = { type: 'Folder', id: 'group-v3', path: '/dc1/vm' };
const datastore = { type: 'Datastore', id: 'datastore-59', path: '/dc1/datastore/vsan' };

/** A stand-in for govc that denies some privileges; the real one is asked in test/integration/vsphere. */
function fakeGovc(denied: readonly string[], asked: string[] = []): Govc {
  return {
    async run(args, options) {
      if (args[0] === 'session.ls') return JSON.stringify({ currentSession: { key: 'k<1>', userName: 'builder' } });
      if (args[0] === 'collect') return JSON.stringify([{ val: { type: 'AuthorizationManager', value: 'AuthMgr' } }]);
      asked.push(options?.input ?? '');
      const ids = [...(options?.input ?? '').matchAll(/<privId>([^<]+)<\/privId>/g)].map((match) => match[1] ?? '');
      return ids.map((id) => `<privId>${id}</privId><isGranted>${!denied.includes(id)}</isGranted>`).join('');
    },
  };
}

describe('vsphere/privileges', () => {
  it('is a table without doubles, each row with a reason', () => {
    const ids = buildPrivileges.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, why, needs } of buildPrivileges) {
      expect(id).toMatch(/^[A-Z]\w+(\.[A-Z]\w+)+$/);
      expect([id, why.length > 5, needs.length > 0]).toEqual([id, true, true]);
    }
  });

  it('is in the documentation, row by row', () => {
    const page = readFileSync(join(packageRoot(), 'docs/vsphere.md'), 'utf8');
    const rows = [...page.matchAll(/^\| (\w+(?:\.\w+)+) \|/gm)].map((match) => match[1]);
    expect(rows).toEqual(buildPrivileges.map(({ id }) => id));
  });

  it('asks an installation for other privileges than a clone', () => {
    const iso = neededPrivileges('vsphere-iso', ['template']).map(({ id }) => id);
    const clone = neededPrivileges('vsphere-clone', ['template']).map(({ id }) => id);
    expect(iso).toContain('VirtualMachine.Interact.PutUsbScanCodes');
    expect(iso).not.toContain('VirtualMachine.Provisioning.DeployTemplate');
    expect(clone).toContain('VirtualMachine.Provisioning.DeployTemplate');
    expect(clone).not.toContain('VirtualMachine.Config.AddNewDisk');
  });

  it('asks for export and library only where they are used', () => {
    const none = neededPrivileges('vsphere-iso', []).map(({ id }) => id);
    expect(none).not.toContain('VApp.Export');
    expect(none.filter((id) => id.startsWith('ContentLibrary'))).toEqual([]);
    expect(neededPrivileges('vsphere-iso', ['export']).map(({ id }) => id)).toContain('VApp.Export');
    const library = neededPrivileges('vsphere-iso', ['library']).filter(({ on }) => on === 'root');
    expect(library.map(({ id }) => id)).toEqual(['ContentLibrary.AddLibraryItem', 'ContentLibrary.UpdateLibraryItem']);
  });
});

describe('vsphere/check-privileges', () => {
  const privileges = neededPrivileges('vsphere-iso', ['export']);

  it('asks about each object in one call, with everything escaped', async () => {
    const asked: string[] = [];
    const missing = await findMissingPrivileges(fakeGovc([], asked), privileges, { folder, datastore });
    expect(missing).toEqual([]);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain('<_this type="AuthorizationManager">AuthMgr</_this>');
    expect(asked[0]).toContain('<entity type="Folder">group-v3</entity>');
    expect(asked[0]).toContain('<sessionId>k&lt;1&gt;</sessionId>');
    expect(asked[1]).toContain('<privId>Datastore.AllocateSpace</privId>');
    expect(asked[1]).not.toContain('VirtualMachine.');
  });

  it('names what is missing, where, and what for', async () => {
    const denied = ['VApp.Export', 'Datastore.Browse'];
    const missing = await findMissingPrivileges(fakeGovc(denied), privileges, { folder, datastore });
    expect(() => checkPrivileges(missing, 'builder@vsphere.local')).toThrow(
      expect.objectContaining({
        message: "'builder@vsphere.local' lacks 2 privileges that the build needs",
        details: [
          "VApp.Export on '/dc1/vm' (exports the disk for the OVA)",
          "Datastore.Browse on '/dc1/datastore/vsan' (looks for the ISO and the seed)",
        ],
        hint: expect.stringContaining('govc role.update -a ROLE VApp.Export Datastore.Browse'),
      }),
    );
    expect(() => checkPrivileges([], 'x')).not.toThrow();
  });

  it('writes the query as vSphere reads it', () => {
    const [first] = privileges;
    const text = renderPrivilegeQuery('AuthorizationManager', 'key', folder, first === undefined ? [] : [first]);
    expect(text.replaceAll(/\s*\n\s*/g, '')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>' +
        '<HasPrivilegeOnEntities xmlns="urn:vim25"><_this type="AuthorizationManager">AuthorizationManager</_this>' +
        '<entity type="Folder">group-v3</entity><sessionId>key</sessionId>' +
        '<privId>VirtualMachine.Inventory.Create</privId></HasPrivilegeOnEntities></Body></Envelope>',
    );
  });

  it('does not take silence for a yes', () => {
    expect(() => parsePrivilegeAnswer('<Fault>NoPermission</Fault>')).toThrow(/did not say which privileges/);
  });
});
