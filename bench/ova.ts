// Writing an OVA: hnf against qemu-img convert + sha256sum + tar, on the same disk, side by side.
// node bench/ova.ts [DISK] [--runs N]      DISK: raw or qcow2; default: a disk made of this machine's files
import { rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createExec } from '../src/core/exec.ts';
import { writeFileAtomic } from '../src/core/files.ts';
import { formatBytes } from '../src/core/sizes.ts';
import { withTempDir } from '../src/core/temp.ts';
import { checkOva } from '../src/formats/check-ova.ts';
import { readDataExtents } from '../src/formats/data-extents.ts';
import { inspectDisk } from '../src/formats/inspect-disk.ts';
import { renderOvf } from '../src/formats/ovf.ts';
import type { OvfMachine } from '../src/formats/ovf-machine.ts';
import { qemuMemberFilename } from '../src/formats/qemu-member.ts';
import { defaultLevel, type WrittenOva, writeOva } from '../src/formats/write-ova.ts';
import { measurePairs } from './lib/pairs.ts';
import { makeRealDisk } from './lib/real-disk.ts';
import { median, renderTable, reportResults } from './lib/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '3' } },
});
const exec = createExec();
const timeoutMs = 600_000;

const machine: OvfMachine = {
  name: 'bench',
  hardwareVersion: 15,
  firmware: 'uefi',
  cpus: 2,
  memoryMiB: 4096,
  guestOsType: 'debian12_64Guest',
  product: { name: 'bench', vendor: 'hybrid-node-factory', version: '0', fullVersion: '0' },
  annotation: 'bench',
};

await withTempDir('hnf-bench', async (folder) => {
  const rawPath = await provideRaw(positionals[0], folder);
  const ours = () => writeOurs(rawPath, join(folder, 'ours.ova'));
  const theirs = () => writeTheirs(rawPath, folder);
  const pairs = await measurePairs(Number(values.runs), ours, theirs);
  const written = await ours();
  await checkOva(join(folder, 'ours.ova'), { full: true });
  await checkEqual(rawPath, join(folder, 'ours.ova'), written);
  const ourBytes = (await stat(join(folder, 'ours.ova'))).size;
  const theirBytes = (await stat(join(folder, 'theirs.ova'))).size;
  const row = (way: string, seconds: readonly number[], bytes: number) => [
    way,
    median(seconds).toFixed(2),
    `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`,
    formatBytes(bytes),
  ];
  console.log(`${formatBytes(written.vmdk.populatedBytes)} of data, ${values.runs} runs each, interleaved`);
  console.log(
    renderTable([
      ['', 'median s', 'range', 'OVA'],
      row(`hnf, level ${defaultLevel}, ${availableParallelism()} threads`, pairs.ours, ourBytes),
      row('qemu-img + sha256sum + tar', pairs.theirs, theirBytes),
      ['ratio', pairs.ratio.toFixed(2), '', `${((ourBytes / theirBytes - 1) * 100).toFixed(2)} %`],
    ]),
  );
  const timing = { ours: median(pairs.ours), theirs: median(pairs.theirs), ratio: pairs.ratio };
  await reportResults('ova', [
    { name: 'ova', unit: 's', ...timing, aim: 3.5, least: 2.5 },
    // A size within 2 % is all that is asked for.
    {
      name: 'ova-size',
      unit: 'bytes',
      ours: ourBytes,
      theirs: theirBytes,
      ratio: theirBytes / ourBytes,
      aim: 0.98,
      least: 0.98,
    },
  ]);
});

/** The raw disk, in the page cache. */
async function provideRaw(given: string | undefined, folder: string): Promise<string> {
  if (given === undefined) return makeRealDisk(exec, folder);
  if ((await inspectDisk(given)).format === 'raw') return given;
  const rawPath = join(folder, 'disk.raw');
  await exec.run('qemu-img', ['convert', '-O', 'raw', given, rawPath], { timeoutMs });
  return rawPath;
}

async function writeOurs(rawPath: string, ovaPath: string): Promise<WrittenOva> {
  await rm(ovaPath, { force: true });
  const extents = await readDataExtents({ exec, qemuImg: 'qemu-img', rawPath });
  return writeOva({ machine, rawPath, ovaPath, mtimeSeconds: 0, extents });
}

/** The usual recipe: convert, hash for the manifest, pack, hash the archive. */
async function writeTheirs(rawPath: string, folder: string): Promise<void> {
  const run = (file: string, args: readonly string[]) => exec.run(file, args, { timeoutMs, cwd: folder });
  for (const name of ['theirs.ova', 'theirs.vmdk']) await rm(join(folder, name), { force: true });
  const options = 'subformat=streamOptimized,adapter_type=lsilogic,hwversion=15';
  await run('qemu-img', ['convert', '-f', 'raw', '-O', 'vmdk', '-o', options, rawPath, 'theirs.vmdk']);
  const disk = {
    fileName: 'theirs.vmdk',
    fileBytes: (await stat(join(folder, 'theirs.vmdk'))).size,
    capacityBytes: (await stat(rawPath)).size,
    populatedBytes: 0,
  };
  await writeFileAtomic(join(folder, 'theirs.ovf'), renderOvf(machine, disk));
  const sums = await run('sha256sum', ['--tag', 'theirs.ovf', 'theirs.vmdk']);
  await writeFileAtomic(join(folder, 'theirs.mf'), sums.stdout);
  await run('tar', ['--format=ustar', '-cf', 'theirs.ova', 'theirs.ovf', 'theirs.mf', 'theirs.vmdk']);
  await run('sha256sum', ['theirs.ova']);
}

async function checkEqual(rawPath: string, ovaPath: string, written: WrittenOva): Promise<void> {
  const vmdk = qemuMemberFilename(ovaPath, written.vmdk.offset, written.vmdk.bytes);
  await exec.run('qemu-img', ['compare', '-f', 'raw', '-F', 'vmdk', rawPath, vmdk], { timeoutMs });
}
