import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Exec } from '../../../src/core/exec.ts';

export interface DebianMirror {
  /** Ends with a slash. */
  root: string;
  /** Folder behind it. */
  folder: string;
  /** Addresses apt asked for, ours as a path, others (it is also the proxy) whole. */
  asked: string[];
  /** Real programs, with an apt whose only source is this mirror and that reaches nothing else. */
  exec: Exec;
  stop(): Promise<void>;
}

/** A Debian mirror on loopback, with one package index, known to a private apt. */
export async function startDebianMirror(root: string, exec: Exec): Promise<DebianMirror> {
  const folder = join(root, 'mirror');
  const asked: string[] = [];
  await writeTree(folder, { 'dists/stable/main/binary-amd64/Packages': packages, 'dists/stable/Release': release() });
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(url);
    readFile(join(folder, new URL(url, 'http://x').pathname)).then(
      (content) => response.end(url.startsWith('/') ? content : ''),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const config = await writeAptConfig(join(root, 'apt'), address);
  const withApt: Exec = {
    ...exec,
    run: (file, args, options) => exec.run(file, args, { ...options, env: { ...options.env, APT_CONFIG: config } }),
  };
  await withApt.run('apt-get', ['update'], { timeoutMs: 60_000 });
  asked.length = 0;
  const stop = () => new Promise<void>((done) => server.close(() => done()));
  return { root: address, folder, asked, exec: withApt, stop };
}

/** apt names only indexes it has, and it keeps no empty one. */
const packages = 'Package: other\nVersion: 1\nArchitecture: all\nFilename: pool/other.deb\nSize: 1\n';

function release(): string {
  const digest = createHash('sha256').update(packages).digest('hex');
  const fields = ['Origin: Debian', 'Label: Debian', 'Suite: stable', 'Codename: stable', 'Architectures: amd64'];
  return [
    ...fields,
    'Components: main',
    'SHA256:',
    ` ${digest} ${packages.length} main/binary-amd64/Packages`,
    '',
  ].join('\n');
}

async function writeAptConfig(folder: string, mirror: string): Promise<string> {
  const config = join(folder, 'apt.conf');
  await writeTree(folder, {
    'sources.list': `deb [trusted=yes arch=amd64] ${mirror} stable main\n`,
    'lists/partial/.keep': '',
    'cache/archives/partial/.keep': '',
    'apt.conf': [
      'APT::Sandbox::User "root";',
      `Dir::Etc::SourceList "${folder}/sources.list";`,
      'Dir::Etc::SourceParts "/dev/null";',
      `Dir::State::Lists "${folder}/lists";`,
      `Dir::Cache "${folder}/cache";`,
      `Acquire::http::Proxy "${mirror}";`,
      'Acquire::http::Proxy::127.0.0.1 "DIRECT";',
      'Acquire::Languages "none";',
      '',
    ].join('\n'),
  });
  return config;
}

export async function writeTree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}
