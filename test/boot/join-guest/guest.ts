import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { createExec } from '../../../src/core/exec.ts';
import { canonicalJson, sha256 } from '../../../src/core/hash.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { type Accelerator, probeAccelerator } from '../../../src/lab/qemu/accelerator.ts';
import { findDiskSource } from '../../../src/lab/qemu/disk-source.ts';
import { type HardwareName, hardware } from '../../../src/lab/qemu/hardware.ts';
import type { LabContext } from '../../../src/lab/qemu/lab-context.ts';
import { withRunDir, withVm } from '../../../src/lab/qemu/start-vm.ts';
import type { VmSpec } from '../../../src/lab/qemu/vm-spec.ts';
import { cacheFolder } from '../../helpers/need-tools.ts';

const minutes = 60_000;
const exec = createExec();
const store = new Store(cacheFolder());
const ctx: LabContext = { exec, log: silentLog, clock: systemClock };

/** What a machine's disk gets on top of the built image; nothing of the image is changed. */
export interface GuestFile {
  path: string;
  content: string;
  mode: number;
}

/** A machine with a disk of its own that keeps what its boots write. */
export interface JoinGuest {
  /** The built image; nothing of it is changed. */
  image: string;
  folder: string;
  hardware: HardwareName;
  files: readonly GuestFile[];
  /** All boots so far, and how many of them this disk has seen: those whose evidence was kept are run only when a later one has to be. */
  boots: GuestBoot[];
  seen: number;
}

/** What one boot is given. */
export interface GuestBoot {
  /** Content of a seed CD. */
  seed?: Uint8Array;
  /** `metadata`, `metadata.encoding`, …: by QEMU's fw_cfg, which the stand-in for vmware-rpctool reads. */
  guestinfo?: Readonly<Record<string, string>>;
}

export interface BootEvidence {
  /** What the guest said of one thing. @throws when it did not */
  of(name: string): string;
  seconds: number;
}

/** The network card every test machine has, for static addresses. */
export const guestMac = '52:54:00:68:6e:66';

/**
 * @param image a built image
 * @param boots shell text for each boot, see evidence.sh
 */
export async function makeJoinGuest(
  image: string,
  folder: string,
  options: { hardware: HardwareName; boots: readonly string[]; files?: readonly GuestFile[] },
): Promise<JoinGuest> {
  const { hardware, boots, files = [] } = options;
  const own: GuestFile[] = [
    { path: '/etc/hnf-evidence/run.sh', content: await ownText('evidence.sh'), mode: 0o755 },
    { path: '/etc/hnf-evidence/stand-ins.sh', content: await ownText('stand-ins.sh'), mode: 0o755 },
    ...boots.map((content, index) => ({ path: `/etc/hnf-evidence/boot-${index + 1}.sh`, content, mode: 0o644 })),
    { path: '/etc/systemd/system/hnf-evidence.service', content: evidenceUnit, mode: 0o644 },
  ];
  const rpctool = { path: '/usr/local/sbin/vmware-rpctool', content: await ownText('vmware-rpctool.sh'), mode: 0o755 };
  const all = [...own, ...(hardware === 'vmware' ? [rpctool] : []), ...files];
  return { image, folder, hardware, files: all, boots: [], seen: 0 };
}

/**
 * Starts the machine, waits until it has reported and powered off. What a machine said is kept under everything it was given: the image's
 * bytes, the files, the payloads of this boot and of those before. HNF_FRESH_BOOTS=1 boots it again all the same.
 * @throws with the end of its serial log when it does not report
 */
export async function bootGuest(guest: JoinGuest, boot: GuestBoot): Promise<BootEvidence> {
  guest.boots.push(boot);
  const { accelerator } = await probeAccelerator({ exec, qemu: 'qemu-system-x86_64' });
  const fresh = process.env['HNF_FRESH_BOOTS'] === '1';
  const context = { log: silentLog, signal: new AbortController().signal, fresh };
  const entry = await store.provide<{ seconds: number }>('boot-evidence', await keyOf(guest), context, async (made) => {
    const kept = await catchUp(guest, accelerator);
    await writeFile(join(made, evidenceName), kept.text);
    return { seconds: kept.seconds };
  });
  const found = parseEvidence(await readFile(join(entry.folder, evidenceName), 'utf8'));
  if (entry.cached)
    process.stdout.write(
      `boot ${guest.boots.length} of '${basename(guest.folder)}' was seen before with all of this the same\n`,
    );
  const of = (name: string) => {
    const value = found?.get(name);
    if (value === undefined)
      throw new Error(`the guest did not report '${name}', but ${[...(found?.keys() ?? [])].join(', ')}`);
    return value;
  };
  return { of, seconds: entry.meta.seconds };
}

async function keyOf({ image, hardware, files, boots }: JoinGuest): Promise<string> {
  const qemu = await exec.run('qemu-system-x86_64', ['--version'], { timeoutMs: minutes });
  const inputs = {
    image: await store.hashes.sha256(image),
    qemu: qemu.stdout,
    machine: sha256(await readFile(join(import.meta.dirname, 'guest.ts'), 'utf8')),
    hardware,
    files: files.map(({ path, content, mode }) => ({ path, content, mode })),
    boots: boots.map(({ seed, guestinfo }) => ({
      seed: seed === undefined ? null : sha256(seed),
      guestinfo: guestinfo ?? null,
    })),
  };
  return sha256(canonicalJson(inputs));
}

/** Runs the boots this disk has not seen; the last one's words. */
async function catchUp(guest: JoinGuest, accelerator: Accelerator): Promise<{ text: string; seconds: number }> {
  const disk = join(guest.folder, 'disk.raw');
  if (guest.seen === 0) await makeDisk(guest, disk);
  let last = { text: '', seconds: 0 };
  for (const boot of guest.boots.slice(guest.seen)) {
    last = await bootOnceMore(guest, disk, boot, accelerator);
    guest.seen += 1;
  }
  return last;
}

/** Under TCG a guest on a busy machine can lose its timer and never come up: it is started once more, from the disk as it was before. */
async function bootOnceMore(
  guest: JoinGuest,
  disk: string,
  boot: GuestBoot,
  accelerator: Accelerator,
): Promise<{ text: string; seconds: number }> {
  try {
    return await runBoot(guest, disk, boot, accelerator);
  } catch (error) {
    const what = `boot ${guest.seen + 1} of '${basename(guest.folder)}'`;
    process.stdout.write(`${what} is tried once more: ${error instanceof Error ? error.message : error}\n`);
    return runBoot(guest, disk, boot, accelerator);
  }
}

/** A copy of the image with the files in it, by debugfs: without mounting, as any user who owns the copy. */
async function makeDisk({ image, folder, files }: JoinGuest, disk: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const source = await findDiskSource(image);
  await qemuImg('convert', '-f', source.format, '-O', 'raw', source.file, disk);
  await writeInto(disk, folder, files);
}

async function qemuImg(...args: readonly string[]): Promise<void> {
  await exec.run('qemu-img', args, { timeoutMs: 20 * minutes });
}

async function runBoot(
  guest: JoinGuest,
  disk: string,
  boot: GuestBoot,
  accelerator: Accelerator,
): Promise<{ text: string; seconds: number }> {
  const kind = hardware[guest.hardware];
  return withRunDir(ctx, async (runDir) => {
    const overlay = join(runDir, 'disk.qcow2');
    await qemuImg('create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', disk, overlay);
    const fwCfg = await writeGuestinfo(boot.guestinfo ?? {}, runDir);
    const seed = join(runDir, 'seed.iso');
    if (boot.seed !== undefined) await writeFile(seed, boot.seed, { mode: 0o600 });
    const spec: VmSpec = {
      name: 'hnf-join',
      accelerator,
      cpus: 2,
      memoryMiB: 1536,
      firmware: { kind: 'bios' },
      disks: [{ id: 'root', file: overlay, format: 'qcow2', interface: kind.disk, bootIndex: 0 }],
      nics: [{ id: 'net0', model: kind.nic, network: 'isolated', mac: guestMac }],
      cdroms: boot.seed === undefined ? [] : [seed],
      runDir,
      reportPort: true,
      fwCfg,
      ...(kind.smbios === undefined ? {} : { smbios: kind.smbios }),
      lifetimeMs: 40 * minutes,
    };
    const said = await withVm(spec, ctx, async (vm) => {
      const text = await vm.waitForReport((said) => (parseEvidence(said) === undefined ? undefined : said), {
        timeoutMs: 12 * minutes,
        what: 'report',
      });
      const seconds = vm.seconds();
      await vm.waitForExit({ timeoutMs: 5 * minutes, what: 'power off' });
      return { text, seconds };
    });
    await qemuImg('commit', '-q', overlay);
    return said;
  });
}

const evidenceName = 'evidence.txt';

/** Undefined until the last line has come. */
function parseEvidence(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, name, value = ''] = /hnfj ([a-z0-9-]+) ([A-Za-z0-9+/=]*)\r?$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, Buffer.from(value, 'base64').toString());
  }
  return found.has('end') ? found : undefined;
}

async function writeGuestinfo(
  keys: Readonly<Record<string, string>>,
  folder: string,
): Promise<{ name: string; file: string }[]> {
  return Promise.all(
    Object.entries(keys).map(async ([key, value]) => {
      const file = join(folder, `guestinfo.${key}`);
      await writeFile(file, value, { mode: 0o600 });
      return { name: `opt/guestinfo.${key}`, file };
    }),
  );
}

async function writeInto(disk: string, folder: string, files: readonly GuestFile[]): Promise<void> {
  const commands: string[] = [];
  const folders = new Set(files.flatMap(({ path }) => parents(path)));
  for (const path of folders) commands.push(`mkdir ${path}`);
  for (const [index, { path, content, mode }] of files.entries()) {
    const from = join(folder, `file-${index}`);
    await writeFile(from, content);
    await chmod(from, mode);
    const set = (field: string, value: string) => `set_inode_field ${path} ${field} ${value}`;
    commands.push(`write ${from} ${path}`, set('mode', `0100${mode.toString(8)}`), set('uid', '0'), set('gid', '0'));
  }
  const wants = '/etc/systemd/system/multi-user.target.wants/hnf-evidence.service';
  commands.push(`symlink ${wants} ../hnf-evidence.service`);
  const list = join(folder, 'debugfs.txt');
  await writeFile(list, `${commands.join('\n')}\n`);
  const target = `${disk}?offset=${await findRootOffset(disk)}`;
  await exec.run('debugfs', ['-w', '-f', list, target], { timeoutMs: 5 * minutes });
  const { stdout } = await exec.run('debugfs', ['-R', `stat ${wants}`, target], { timeoutMs: minutes });
  if (!/Type: symlink/.test(stdout)) throw new Error(`debugfs wrote nothing into ${disk}`);
}

/** Those below /etc/hnf-evidence; others are in the image. */
function parents(path: string): string[] {
  return path.startsWith('/etc/hnf-evidence/') ? ['/etc/hnf-evidence'] : [];
}

/** The largest partition's first byte. */
async function findRootOffset(disk: string): Promise<number> {
  const { stdout } = await exec.run('sfdisk', ['--json', disk], { timeoutMs: minutes });
  const { partitiontable } = JSON.parse(stdout) as {
    partitiontable: { partitions: { start: number; size: number }[] };
  };
  const [largest] = partitiontable.partitions.toSorted((a, b) => b.size - a.size);
  if (largest === undefined) throw new Error(`${disk} has no partitions`);
  return largest.start * 512;
}

function ownText(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, name), 'utf8');
}

const evidenceUnit = `[Unit]
Description=Reports to the test what happened
After=multi-user.target

[Service]
ExecStart=/bin/sh /etc/hnf-evidence/run.sh

[Install]
WantedBy=multi-user.target
`;
