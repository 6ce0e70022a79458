import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createExec, type RunningProcess } from '../../../src/core/exec.ts';
import { checkOva } from '../../../src/formats/check-ova.ts';
import { type WrittenOva, writeOva } from '../../../src/formats/write-ova.ts';
import { makeFolder, makeMixedDisk, sampleMachine, sampleTime } from '../../formats/sample.ts';
import { needTools } from '../../helpers/need-tools.ts';

const exec = createExec();
const timeoutMs = 60_000;

/** The real govc imports our OVA into the vCenter simulator and verifies the manifest (-m). */
describe('integration/formats/govc', () => {
  let program = '';
  let vcsim: Vcsim | undefined;
  let ovaPath: string;
  let written: WrittenOva;

  beforeEach(async (test) => {
    const [govcPath = '', vcsimPath = ''] = await needTools(test, 'govc', 'vcsim');
    if (vcsim !== undefined) return;
    program = govcPath;
    vcsim = await startVcsim(vcsimPath);
    ovaPath = join(makeFolder(), 'sample.ova');
    const rawPath = await makeMixedDisk(200);
    written = await writeOva({ machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime });
  });

  afterAll(() => vcsim?.process.stop());

  const govc = (args: readonly string[]) =>
    exec.run(program, args, {
      timeoutMs,
      env: { GOVC_URL: vcsim?.url ?? '', GOVC_INSECURE: '1', GOVMOMI_HOME: makeFolder() },
    });

  it('imports it with the manifest verified, on the hardware it asks for', async () => {
    await govc(['import.ova', '-m', '-name', 'sound', ovaPath]);
    const [machine] = JSON.parse((await govc(['vm.info', '-json', 'sound'])).stdout).virtualMachines;
    expect(machine.config).toMatchObject({ version: 'vmx-15', guestId: 'debian12_64Guest' });
    expect(machine.config.hardware).toMatchObject({ numCPU: 2, memoryMB: 4096 });
    const { devices } = JSON.parse((await govc(['device.info', '-json', '-vm', 'sound'])).stdout);
    const types = devices.map((device: { type: string }) => device.type);
    expect(types).toEqual(expect.arrayContaining(['ParaVirtualSCSIController', 'VirtualVmxnet3', 'VirtualDisk']));
    const properties = machine.config.vAppConfig.property.map((property: { id: string }) => property.id);
    expect(properties).toEqual(['instance-id', 'hostname', 'public-keys', 'user-data']);
  });

  it('offers the properties and the annotation to whoever deploys it', async () => {
    const spec = JSON.parse((await govc(['import.spec', ovaPath])).stdout);
    expect(spec.Annotation).toBe(sampleMachine.annotation);
    expect(spec.NetworkMapping).toEqual([{ Name: 'VM Network', Network: '' }]);
    expect(spec.PropertyMapping).toContainEqual({ Key: 'user-data', Value: '' });
  });

  it('refuses a VMDK with one changed byte, and so does checkOva', async () => {
    const badPath = join(makeFolder(), 'bad.ova');
    await copyFile(ovaPath, badPath);
    await changeByte(badPath, written.vmdk.offset + Math.floor(written.vmdk.bytes / 2));
    await expect(govc(['import.ova', '-m', '-name', 'bad', badPath])).rejects.toMatchObject({
      stderr: expect.stringContaining('mismatch with uploaded checksum'),
    });
    await expect(checkOva(badPath)).rejects.toMatchObject({ code: 'verify.failed' });
  });
});

interface Vcsim {
  url: string;
  process: RunningProcess;
}

/** One cluster with one pool, so that nothing has to be named at import; a free port on loopback. */
async function startVcsim(path: string): Promise<Vcsim> {
  const args = ['-l', '127.0.0.1:0', '-standalone-host', '0', '-vm', '0'];
  const started = Promise.withResolvers<string>();
  const running = exec.start(path, args, {
    timeoutMs: 10 * timeoutMs,
    onLine: (line) => {
      const url = /GOVC_URL=(\S+)/.exec(line)?.[1];
      if (url !== undefined) started.resolve(url);
    },
  });
  running.done.then(() => started.reject(new Error('vcsim ended')), started.reject);
  return { url: await started.promise, process: running };
}

async function changeByte(path: string, at: number): Promise<void> {
  const handle = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  await handle.write(Buffer.from([byte.readUInt8(0) ^ 0x55]), 0, 1, at);
  await handle.close();
}
