import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';
import { needTime } from '../helpers/need-tools.ts';

const exec = createExec();
const root = resolve(import.meta.dirname, '../..');

interface Render {
  hosts: number;
  seconds: number;
  peakMiB: number;
}

async function render(file: string, output: string): Promise<Render> {
  const args = [join(root, 'bench/userdata-run.ts'), file, output];
  const { stdout } = await exec.run(process.execPath, args, { timeoutMs: 600_000 });
  return JSON.parse(stdout) as Render;
}

async function renderMany(count: number): Promise<Render> {
  const folder = mkdtempSync(join(tmpdir(), 'many-'));
  const file = join(folder, 'hosts.csv');
  writeRows(file, count, (at) => `node-${at},${addressOf(at)},"zone=z${at % 4},rack=r${at % 40}",`);
  const rendered = await render(file, join(folder, 'out'));
  rmSync(folder, { recursive: true });
  return rendered;
}

function writeRows(path: string, count: number, row: (at: number) => string): void {
  const file = openSync(path, 'w');
  writeSync(file, 'name,ip,labels,description\n');
  for (let from = 0; from < count; from += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, count - from) }, (_, at) => row(from + at));
    writeSync(file, `${rows.join('\n')}\n`);
  }
  closeSync(file);
}

const addressOf = (at: number) => `10.${((at + 1) >> 16) & 255}.${((at + 1) >> 8) & 255}.${(at + 1) & 255}/8`;

describe('long/userdata-scale', () => {
  it('takes less than 300 MiB for 100,000 hosts, and little more than for 20,000', async (context) => {
    needTime(context);
    const [few, many] = [await renderMany(20_000), await renderMany(100_000)];
    expect([few.hosts, many.hosts]).toEqual([20_000, 100_000]);
    expect(many.peakMiB).toBeLessThan(300);
    // A name, and three places in the tables of what stands twice, for each host.
    expect(many.peakMiB - few.peakMiB).toBeLessThan(80);
  });

  it('judges a file of a gigabyte piece by piece, to the wrong row at its end', async (context) => {
    needTime(context);
    const folder = mkdtempSync(join(tmpdir(), 'large-'));
    const file = join(folder, 'hosts.csv');
    const filler = 'x'.repeat(1000);
    writeRows(file, 1_000_000, (at) => `node-${at === 999_999 ? 0 : at},${addressOf(at)},zone=z${at % 4},${filler}`);
    const script = `
      import { createReadStream } from 'node:fs';
      import { FindingsBag } from '${root}/src/hosts/findings-bag.ts';
      import { readHosts } from '${root}/src/hosts/read-hosts.ts';
      const bag = new FindingsBag();
      let count = 0;
      const open = () => createReadStream('${file}', { highWaterMark: 262144 });
      for await (const hosts of readHosts({ file: 'hosts.csv', format: 'csv', open }, bag)) count += hosts.length;
      console.log(JSON.stringify({ count, errors: bag.listErrors(), peakMiB: process.resourceUsage().maxRSS / 1024 }));`;
    const args = ['--input-type=module-typescript', '--eval', script];
    const { stdout } = await exec.run(process.execPath, args, { timeoutMs: 600_000 });
    const result = JSON.parse(stdout) as { count: number; errors: string[]; peakMiB: number };
    expect(result.count).toBe(999_999);
    expect(result.errors).toEqual([
      "hosts.csv:1000001: name: 'node-0' is in line 2 as well; accepted: each name once.",
    ]);
    expect(result.peakMiB).toBeLessThan(300);
    expect(readdirSync(folder)).toEqual(['hosts.csv']);
    rmSync(folder, { recursive: true });
  });
});
