import { z } from 'zod';
import { formatBytes, GiB } from '../../core/sizes.ts';
import { hardware } from '../qemu/hardware.ts';
import { fail, linesOf, nothingIn, notReported, onFact, pass, type Verdict, type VerifyCheck } from './check-types.ts';
import { harmlessUnits } from './expectations.ts';

/** What must be true of a machine that was made from the artifact. */
export const bootedChecks: readonly VerifyCheck[] = [
  onFact(
    'booted.cloud-init',
    'booted.cloud-init',
    'cloud-init finished',
    () => 'no errors, datasource NoCloud',
    judgeCloudInit,
  ),
  {
    id: 'booted.root-grown',
    what: 'the root file system has grown to the larger disk',
    expect: ({ boot }) => `ends with the disk of ${formatBytes(boot.diskBytes)}`,
    judge: ({ fact, boot }) => judgeGrown(fact('booted.root'), fact('pristine.bytes'), boot.diskBytes),
  },
  {
    id: 'booted.machine-id',
    what: 'the machine has got an id of its own',
    expect: () => '32 hexadecimal digits, not those of the artifact',
    judge: ({ fact }) => {
      const seen = fact('booted.machine-id')?.trim();
      if (seen === undefined) return notReported;
      const isNew = /^[0-9a-f]{32}$/.test(seen) && fact('pristine.machine-id')?.trim() !== `content:${seen}`;
      return isNew ? pass(seen) : fail(seen === '' ? 'empty' : seen);
    },
  },
  {
    id: 'booted.ssh-host-keys',
    what: 'SSH host keys were made at first boot',
    expect: () => 'at least one, none of the artifact',
    judge: ({ fact }) => judgeHostKeys(fact('booted.ssh-host-key-sums'), fact('pristine.ssh-host-key-sums')),
  },
  nothingIn('booted.swap', 'booted.swap', 'no swap is in use'),
  onFact(
    'booted.network',
    'booted.network',
    'the network is up',
    ({ boot }) => `an address by ${hardware[boot.hardware].nicDriver}`,
    (seen, { boot }) => {
      const isUp = linesOf(seen).some((line) => {
        const [, driver, address] = line.split(' ');
        return driver === hardware[boot.hardware].nicDriver && /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(address ?? '');
      });
      return isUp ? pass(seen.trim()) : fail(seen.trim() || 'no network card');
    },
  ),
  onFact(
    'booted.root-drivers',
    'booted.disk-driver',
    'driver of the root disk',
    ({ boot }) => hardware[boot.hardware].diskDriver,
    (seen, { boot }) => {
      const drivers = linesOf(seen);
      return drivers.includes(hardware[boot.hardware].diskDriver)
        ? pass(drivers.join(' ← '))
        : fail(drivers.join(' ← ') || 'none');
    },
  ),
  onFact(
    'booted.firmware',
    'booted.firmware',
    'firmware',
    ({ boot }) => boot.firmware,
    (seen, { boot }) => (seen.trim() === boot.firmware ? pass(seen.trim()) : fail(seen.trim())),
  ),
  onFact(
    'booted.kernel',
    'booted.kernel',
    'kernel',
    ({ expected }) => expected.kernel ?? 'any',
    (seen, { expected }) =>
      seen.trim() !== '' && seen.startsWith(expected.kernel ?? '') ? pass(seen.trim()) : fail(seen.trim() || 'none'),
  ),
  onFact(
    'booted.command-line',
    'booted.command-line',
    'kernel command line',
    () => 'no ds=, autoinstall, inst.*',
    (seen) => (/(?:^|\s)(?:ds=|autoinstall(?:\s|$)|inst\.|ks=)/.test(seen) ? fail(seen.trim()) : pass(seen.trim())),
  ),
  onFact(
    'booted.units',
    'booted.failed-units',
    'no unit failed',
    () => 'none that matters',
    (seen, { expected }) => judgeUnits(seen, { ...harmlessUnits, ...expected.allowedFailedUnits }),
  ),
  nothingIn('booted.order', 'booted.order', 'systemd found no ordering cycle'),
  onFact(
    'booted.login',
    'booted.login',
    'time to a login prompt',
    () => 'getty.target reached',
    (seen) => {
      // sshd.service is another name of ssh.service on Debian: systemd tells it twice.
      const times = [...new Set(linesOf(seen))].map((line) => line.split(' '));
      const text = times.map(([unit, micros]) => `${unit} after ${(Number(micros) / 1e6).toFixed(1)} s`).join(', ');
      return times.some(([unit]) => unit === 'getty.target') ? pass(text) : fail(text || 'not reached');
    },
  ),
];

const CloudInitResult = z.object({ v1: z.object({ datasource: z.string().nullish(), errors: z.array(z.string()) }) });

function judgeCloudInit(seen: string): Verdict {
  if (seen.trim() === '') return fail('did not finish');
  const parsed = CloudInitResult.safeParse(parseJson(seen));
  if (!parsed.success) return fail(`not understood: ${seen.slice(0, 200)}`);
  const { datasource, errors } = parsed.data.v1;
  const saw = [datasource ?? 'no datasource', ...errors].join('\n');
  return errors.length === 0 && datasource?.startsWith('DataSourceNoCloud') ? pass(saw) : fail(saw);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Slack for the backup partition table, alignment, and the file system's own tables. */
const endSlackBytes = 16 * 1024 * 1024;

function judgeGrown(root: string | undefined, pristineBytes: string | undefined, diskBytes: number): Verdict {
  if (root === undefined) return notReported;
  const size = new Map(linesOf(root).map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]));
  const disk = size.get('disk') ?? 0;
  const partition = size.get('partition') ?? 0;
  const filesystem = size.get('filesystem') ?? 0;
  const reachesEnd = (size.get('start') ?? 0) + partition >= disk - endSlackBytes;
  const fills = filesystem >= partition * 0.9 - 0.1 * GiB;
  const saw = `disk ${formatBytes(disk)}, partition ${formatBytes(partition)}, file system ${formatBytes(filesystem)}`;
  const artifact = pristineBytes === undefined ? '' : `, artifact ${formatBytes(Number(pristineBytes))}`;
  return disk === diskBytes && reachesEnd && fills ? pass(saw + artifact) : fail(saw + artifact);
}

function judgeHostKeys(booted: string | undefined, pristine: string | undefined): Verdict {
  if (booted === undefined) return notReported;
  const now = linesOf(booted);
  const before = linesOf(pristine ?? '');
  const kept = now.filter((sum) => before.includes(sum));
  if (now.length === 0) return fail('none');
  return kept.length === 0 ? pass(`${now.length} new`) : fail(`${kept.length} of ${now.length} came with the artifact`);
}

function judgeUnits(seen: string, harmless: Readonly<Record<string, string>>): Verdict {
  const [state = '', ...failed] = linesOf(seen);
  const serious = failed.filter((unit) => harmless[unit] === undefined);
  if (serious.length > 0) return fail(serious.join('\n'));
  const passedOver = failed.map((unit) => `${unit} (${harmless[unit]})`);
  return pass([state, ...passedOver].join('\n'));
}
