import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Exec } from '../../../src/core/exec.ts';

export interface SignedArchive {
  /** `http://127.0.0.1:PORT/debian` */
  url: string;
  /** As in sources.list. */
  source: string;
  /** Addresses that were asked for. */
  asked: string[];
  stop(): Promise<void>;
}

const timeoutMs = 60_000;

/** Real packages of nothing, in an archive signed with a key of its own; `app` needs `library`, and `other` nobody. */
export async function startSignedArchive(root: string, exec: Exec): Promise<SignedArchive> {
  const tree = join(root, 'debian');
  const packages = [
    await makePackage(root, exec, 'base', 'Essential: yes\nPriority: required\n'),
    await makePackage(root, exec, 'apt', 'Priority: important\n'),
    await makePackage(root, exec, 'library', '', '1:2.0+b1~rc1'),
    await makePackage(root, exec, 'app', 'Depends: library\n'),
    await makePackage(root, exec, 'other', ''),
  ];
  const index = join(tree, 'dists/stable/main/binary-amd64/Packages');
  mkdirSync(dirname(index), { recursive: true });
  writeFileSync(index, packages.join('\n'));
  await exec.run('xz', ['--keep', index], { timeoutMs });
  const key = await sign(root, join(tree, 'dists/stable'), exec);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    asked.push(path);
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats?.isFile()) response.end(readFileSync(join(root, path)));
    else response.writeHead(404).end();
  });
  const url = `http://127.0.0.1:${await listen(server)}/debian`;
  const stop = () => new Promise<void>((done) => server.close(() => done()));
  return { url, source: `deb [signed-by=${key}] ${url} stable main`, asked, stop };
}

/** The paragraph of the index. */
async function makePackage(root: string, exec: Exec, name: string, more: string, version = '1.0'): Promise<string> {
  const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: nobody <n@example.org>\n${more}`;
  const folder = join(root, 'build', name);
  mkdirSync(join(folder, 'DEBIAN'), { recursive: true });
  writeFileSync(join(folder, 'DEBIAN/control'), `${control}Description: nothing\n`);
  const path = `pool/main/${name}/${name}_${version.replace(/^\d+:/, '')}_all.deb`;
  const file = join(root, 'debian', path);
  mkdirSync(dirname(file), { recursive: true });
  await exec.run('dpkg-deb', ['--build', '--root-owner-group', folder, file], { timeoutMs });
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  return `${control}Filename: ${path}\nSize: ${statSync(file).size}\nSHA256: ${digest}\nDescription: nothing\n`;
}

/** Signs the release file; gives the path of the public key. */
async function sign(root: string, suite: string, exec: Exec): Promise<string> {
  const env = { GNUPGHOME: join(root, 'gnupg') };
  mkdirSync(env.GNUPGHOME, { mode: 0o700 });
  const gpg = (...args: string[]) => exec.run('gpg', ['--batch', '--yes', ...args], { env, timeoutMs });
  await gpg('--passphrase', '', '--quick-generate-key', 'archive@example.org', 'ed25519', 'sign', 'never');
  const sums = ['main/binary-amd64/Packages', 'main/binary-amd64/Packages.xz'].map((path) => {
    const content = readFileSync(join(suite, path));
    return ` ${createHash('sha256').update(content).digest('hex')} ${content.length} ${path}`;
  });
  const head = ['Origin: Test', 'Suite: stable', 'Codename: stable', 'Architectures: amd64', 'Components: main'];
  const date = `Date: ${new Date().toUTCString().replace('GMT', 'UTC')}`;
  writeFileSync(join(suite, 'Release'), [...head, date, 'SHA256:', ...sums, ''].join('\n'));
  await gpg('--clearsign', '--output', join(suite, 'InRelease'), join(suite, 'Release'));
  await gpg('--export', '--output', join(root, 'key.gpg'));
  // Otherwise its agent outlives the test.
  await exec.run('gpgconf', ['--kill', 'gpg-agent'], { env, timeoutMs });
  return join(root, 'key.gpg');
}

function listen(server: Server): Promise<number> {
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port));
  });
}
