import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHnf } from '../helpers/run-cli.ts';

/** What AWS's example asks for; no value is a real one. */
const seeds = {
  PKR_SSH_PASSWORD: 'build-password',
  CREDENTIAL_PROVIDER: 'iam-ra',
  K8S_VERSION: '1.34',
  NODEADM_ARCH: 'amd',
  ISO_URL: 'https://example.org/installer.iso',
  ISO_CHECKSUM: 'a'.repeat(64),
  RH_USERNAME: 'me@example.org',
  RH_PASSWORD: 'redhat-password',
  RHEL_VERSION: '9',
  VSPHERE_SERVER: 'vcenter.example.org',
  VSPHERE_USER: 'builder',
  VSPHERE_PASSWORD: 'vcenter-password',
  VSPHERE_DATACENTER: 'dc1',
  VSPHERE_CLUSTER: 'cluster1',
  VSPHERE_DATASTORE: 'ds1',
  VSPHERE_NETWORK: 'VM Network',
  VSPHERE_OUTPUT_FOLDER: 'templates',
  PACKER_OUTPUT_FORMAT: 'qcow2',
};

describe('cli/commands/image/render', () => {
  it.each(['ubuntu22', 'ubuntu24', 'rhel8', 'rhel9'])(
    "renders %s for both platforms with the seeds' variables, and no secret of them",
    async (image) => {
      for (const platform of ['qemu', 'vsphere']) {
        const run = await runHnf(['image', 'render', image, '--platform', platform, '-o', 'out'], { env: seeds });
        expect(run.stderr.replace(/^warning: .*\n/gm, '')).toBe('');
        expect(run.exitCode).toBe(0);
        const folder = join(run.cwd, 'out');
        const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
        expect(texts).toContain('general-build');
        expect(texts).toContain(`"${platform === 'qemu' ? 'qemu' : 'vsphere-iso'}" "${image}"`);
        expect(texts).not.toMatch(/build-password|redhat-password|vcenter-password/);
      }
    },
  );

  it('refuses what is wrong with config, image, formats and the build itself in one go', async () => {
    const cwd = (await runHnf(['--help'])).cwd;
    writeFileSync(join(cwd, 'images.config.yaml'), 'locale: klingon\nnodeadm: {containerdSource: distro}\n');
    const args = ['image', 'build', 'rhel9', '--builder', 'vsphere-iso', '--format', 'qcow2'];
    const run = await runHnf(args, { cwd });
    expect(run.exitCode).toBe(2);
    for (const words of [
      "images.config.yaml:1:9: locale: unknown locale 'klingon'",
      "images.rhel9.nodeadm.containerdSource: containerd from 'distro'",
      "flag --format: 'qcow2' does not come from builder 'vsphere-iso'",
      'needs the installer ISO',
      'needs the vCenter',
      'needs an activation key of Red Hat',
    ])
      expect(run.stderr).toContain(words);
    expect(readdirSync(cwd)).toEqual(['images.config.yaml']);
    const unknown = await runHnf(['image', 'render', 'rhel90'], { cwd });
    expect(unknown.stderr).toMatch(/unknown locale 'klingon'[\s\S]*unknown image 'rhel90'.*did you mean 'rhel9'\?/);
    const arm = await runHnf(['image', 'build', 'ubuntu24', '--arch', 'arm64', '--allow-unverified']);
    expect(arm.exitCode).toBe(2);
    expect(arm.stderr).toContain('accepted: amd64. Run `hnf image render ubuntu24 --arch arm64`');
  });

  it('refuses all that is wrong at once', async () => {
    const cwd = (await runHnf(['--help'])).cwd;
    writeFileSync(join(cwd, 'images.config.yaml'), 'locale: klingon\nnodeadm: {containerdSource: distro}\n');
    const config = await runHnf(['image', 'render', 'rhel9'], { cwd });
    expect(config.exitCode).toBe(2);
    expect(config.stderr).toContain("images.config.yaml:1:9: locale: unknown locale 'klingon'");
    writeFileSync(join(cwd, 'images.config.yaml'), 'nodeadm: {containerdSource: distro}\n');
    const image = await runHnf(['image', 'render', 'rhel9', '--arch', 'arm64', '--builder', 'vsphere-iso'], { cwd });
    expect(image.exitCode).toBe(2);
    expect(image.stderr).toContain("flag --arch: images.rhel9.arch: 'arm64' cannot be built by vsphere-iso");
    expect(image.stderr).toContain(
      "images.config.yaml:1:29: images.rhel9.nodeadm.containerdSource: containerd from 'distro'",
    );
    expect(readdirSync(cwd)).toEqual(['images.config.yaml']);
  });

  it('refuses a format of another builder', async () => {
    const run = await runHnf(['image', 'render', 'ubuntu24', '--builder', 'qemu', '--format', 'vsphere']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("'vsphere' does not come from builder 'qemu'; accepted: qcow2, raw, ova");
  });
});

describe('cli/commands/image/eject', () => {
  it('writes a folder for good, into an empty one only unless forced', async () => {
    const first = await runHnf(['image', 'eject', 'ubuntu24', '--provider', 'iam-ra', '-o', 'mine', '--json']);
    expect(first.exitCode).toBe(0);
    const { id, files } = JSON.parse(first.stdout) as { id: string; files: string[] };
    expect(id).toBe('ubuntu24/amd64/iso/qemu/iam-ra');
    expect(files).toEqual(expect.arrayContaining(['.gitignore', 'README.md', 'image.json', 'image.pkr.hcl']));
    const folder = join(first.cwd, 'mine');
    expect(JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8'))).toMatchObject({ name: 'ubuntu24' });
    expect(readdirSync(folder)).not.toContain('.hnf-files.json');
    const again = ['image', 'eject', 'ubuntu24', '-o', 'mine'];
    const second = await runHnf(again, { cwd: first.cwd });
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain('is not empty; accepted: a new or an empty folder');
    writeFileSync(join(folder, 'mine.txt'), 'kept\n');
    const forced = await runHnf([...again, '--force'], { cwd: first.cwd });
    expect(forced.exitCode).toBe(0);
    expect(readFileSync(join(folder, 'image.json'), 'utf8')).toContain('"provider": "ssm"');
    expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('kept\n');
  });

  it('--dry-run writes nothing', async () => {
    const run = await runHnf(['image', 'eject', 'debian12-lab', '--dry-run']);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('image.pkr.hcl');
    expect(readdirSync(run.cwd)).toEqual([]);
  });
});

describe('cli/commands/image/build', () => {
  it('asks no server for what nobody vouches for unless somebody insists, and not to say what it would do', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('a medium');
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    const env = { ISO_URL: `http://127.0.0.1:${port}/x.iso`, ISO_CHECKSUM: 'none' };
    for (const more of [[], ['--dry-run']]) {
      const run = await runHnf(['image', 'build', 'ubuntu24', ...more], { env });
      expect([run.exitCode, run.stdout]).toEqual([2, '']);
      expect(run.stderr).toContain(
        "environment variable ISO_CHECKSUM: iso.checksum: 'none' leaves what was downloaded unchecked; accepted: its SHA-256",
      );
      expect(run.stderr).toContain('--allow-unverified goes without');
      expect(readdirSync(run.cwd)).toEqual([]);
    }
    const plan = await runHnf(['image', 'build', 'ubuntu24', '--allow-unverified', '--dry-run'], { env });
    expect(plan.exitCode).toBe(0);
    expect(plan.stdout).toMatch(/source +download +http:\/\/127\.0\.0\.1:\d+\/x\.iso/);
    expect(readdirSync(plan.cwd)).toEqual([]);
    expect(asked).toEqual([]);
    server.close();
  });

  it('says all that is missing before anything starts', async () => {
    const run = await runHnf(['image', 'build', 'rhel9', '--format', 'vsphere']);
    expect(run.exitCode).toBe(2);
    for (const name of [
      'ISO_URL',
      'ISO_CHECKSUM',
      'RH_ORG',
      'RH_ACTIVATION_KEY',
      'VSPHERE_SERVER',
      'VSPHERE_DATASTORE',
    ])
      expect(run.stderr).toContain(name);
    expect(readdirSync(run.cwd)).toEqual([]);
  });
});
