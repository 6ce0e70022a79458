import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentEmit } from '../../src/core/events.ts';
import { createExec } from '../../src/core/exec.ts';
import { collectArtifacts } from '../../src/mirror/collect.ts';
import { createGoBuilder } from '../../src/mirror/go-builder.ts';
import { artifactNames, type Inventory } from '../../src/mirror/inventory.ts';
import { type MirrorServer, withMirrorServer } from '../../src/mirror/server.ts';
import { findStored } from '../../src/tools/stored.ts';
import { pinnedVersions, toolNamed } from '../../src/tools/table.ts';
import { realTools, skipOrFail, toolsRequired } from '../helpers/need-tools.ts';
import { findObstacle, installInside, runInside, unpackRoot } from '../integration/mirror/private-root.ts';
import { sampleContext } from '../mirror/sample.ts';

const versions = pinnedVersions();
const kubernetes = versions.kubelet;
const exec = createExec();
const tools = realTools();

/**
 * The real nodeadm installs the real artifacts into a Debian tree that has containerd, runc and iptables, as the image build does
 * it: `--containerd-source none`, no systemd. The tree is made by mmdebstrap once and kept in the cache.
 */
describe('long/debian-root', () => {
  let obstacle: string | undefined;

  beforeAll(async () => {
    obstacle = (await findObstacle(exec)) ?? (await findMissing());
  });

  beforeEach((test) => {
    if (obstacle !== undefined) skipOrFail(test, obstacle);
  });

  it('installs the real artifacts, and they run', async () => {
    const inventory = await collectReal();
    const nodeadm = inventory.items.find((item) => item.name === 'nodeadm')?.file ?? '';
    const root = await unpackRoot(await provideDebianTree(), nodeadm, exec);
    await withMirrorServer(inventory, {}, await sampleContext(), async (server) => {
      const manifest = await (await fetch(`${server.url}/manifest.yaml`)).text();
      const args = [kubernetes, '-p', 'iam-ra', '--containerd-source', 'none', '--timeout', '5m'];
      const outcome = await installInside(root, manifest, args, exec);
      expect(outcome.exitCode, outcome.stderr).toBe(0);
      expect(outcome.tracker).toContain('Containerd: none');
      expectAllFetched(server, inventory);
    });
    await expectRuns(root, ['/usr/bin/kubelet', '--version'], `Kubernetes v${kubernetes}`);
    await expectRuns(root, ['/usr/local/bin/kubectl', 'version', '--client'], `v${kubernetes}`);
    await expectRuns(root, ['/usr/local/bin/aws-iam-authenticator', 'version'], versions['aws-iam-authenticator']);
    await expectRuns(root, ['/usr/local/bin/aws_signing_helper', 'version'], versions.aws_signing_helper);
    const plugins = await readdir(join(root, 'opt/cni/bin'));
    expect(plugins).toEqual(expect.arrayContaining(['bridge', 'host-local', 'loopback', 'portmap']));
  });
});

async function collectReal(): Promise<Inventory> {
  const context = {
    ...(await sampleContext({ emit: silentEmit, store: tools.store })),
    builder: createGoBuilder(tools),
  };
  const nodeadmVersion = versions.nodeadm;
  return collectArtifacts({ kubernetes, arch: 'amd64', provider: 'iam-ra', nodeadmVersion, origin: 'go' }, context);
}

/** With HNF_REQUIRE_TOOLS=1 what is missing is built; that takes a quarter of an hour on two cores. */
async function findMissing(): Promise<string | undefined> {
  if (toolsRequired) return undefined;
  for (const name of artifactNames) {
    const request = {
      tool: toolNamed(name),
      version: versions[name],
      platform: { os: 'linux', arch: 'amd64' } as const,
    };
    if ((await findStored(request, tools)) === undefined) {
      return `${name} ${versions[name]} is not built (\`hnf tools install\`)`;
    }
  }
  const mmdebstrap = await exec.run('mmdebstrap', ['--version'], { timeoutMs: 10_000 }).catch(() => undefined);
  return mmdebstrap === undefined ? 'mmdebstrap is not installed (`hnf tools install mmdebstrap`)' : undefined;
}

/** @returns the path of a tar of Debian 12 with what nodeadm would else install. */
async function provideDebianTree(): Promise<string> {
  const packages = ['containerd', 'runc', 'iptables', 'ca-certificates'];
  const entry = await tools.store.provide('test-root', 'bookworm-containerd-1', tools, async (folder) => {
    const args = ['--variant=minbase', `--include=${packages.join(',')}`, 'bookworm', join(folder, 'root.tar')];
    await exec.run('mmdebstrap', args, { timeoutMs: 10 * 60_000 });
    return { packages };
  });
  return join(entry.folder, 'root.tar');
}

/** The manifest, then six artifacts and their checksums; nodeadm itself was put there by hand. */
function expectAllFetched(server: MirrorServer, inventory: Inventory): void {
  const bytes = inventory.items.filter((item) => item.name !== 'nodeadm').reduce((sum, item) => sum + item.bytes, 0);
  expect(server.served.every((request) => request.status === 200)).toBe(true);
  expect(server.served).toHaveLength(13);
  expect(server.served.reduce((sum, request) => sum + request.bytes, 0)).toBeGreaterThan(bytes);
}

async function expectRuns(root: string, command: readonly string[], words: string): Promise<void> {
  const { stdout, stderr, exitCode } = await runInside(root, command, exec);
  expect([exitCode, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining(words)]);
}
