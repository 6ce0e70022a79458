import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../src/core/package-root.ts';

/** The shells the script has to work with: Debian's and Ubuntu's, and the one that is /bin/sh on Red Hat's. */
export const shells = ['/bin/dash', '/bin/bash'].filter((path) => existsSync(path));

export const machineId = '0123456789abcdef0123456789abcdef';
export const activationCode = 'Zx9/Qe+7rT1mKp4sVw2y';

export const iamConfig = `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: "lab"
    region: "us-west-2"
  hybrid:
    iamRolesAnywhere:
      nodeName: "edge-1"
      trustAnchorArn: "arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/a"
`;

export const ssmConfig = `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: "lab"
    region: "us-west-2"
  hybrid:
    ssm:
      activationCode: "${activationCode}"
      activationId: "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
`;

/**
 * Stand-ins for the programs the script calls, for a machine where everything works; a test puts others in their place. They say in
 * /calls how they were called. Naps end at once.
 */
const programs: Readonly<Record<string, string>> = {
  nodeadm: `case "$1" in
  config) exit 0 ;;
  init)
    mkdir -p "$R/var/lib/kubelet" "$R/etc/eks/kubelet"
    echo kubeconfig >"$R/var/lib/kubelet/kubeconfig"
    echo 'NODEADM_KUBELET_ARGS="--hostname-override=edge-1 --v=2"' >"$R/etc/eks/kubelet/environment"
    echo '{"level":"info","msg":"Daemon is running"}' >&2 ;;
esac`,
  systemctl: 'case "$1" in is-active) echo active ;; show) echo ActiveState=active ;; esac',
  kubectl: `echo "node:uid-1:${machineId}"`,
  uname: 'echo edge-1',
  timedatectl: 'echo NTPSynchronized=yes',
  curl: 'while [ "$1" != --dump-header ]; do shift; done; LC_ALL=C date -u "+Date: %a, %d %b %Y %H:%M:%S GMT" >"$2"',
  sleep: ':',
  getent: 'exit 2',
  'systemd-notify': ':',
  'vmware-rpctool': 'exit 1',
};

export interface Run {
  code: number | null;
  /** The journal: standard output and standard error. */
  journal: string;
}

export interface Sandbox {
  root: string;
  write(path: string, content: string, mode?: number): void;
  read(path: string): string;
  has(path: string): boolean;
  mode(path: string): number;
  remove(path: string): void;
  /** A stand-in; `$R` is the root. */
  program(name: string, body: string): void;
  /** Lines `PROGRAM ARGUMENTS`, of one program or of all. */
  calls(name?: string): string[];
  join(options?: JoinOptions): Run;
  /** The same in the background, in a process group of its own. */
  start(options?: JoinOptions): ChildProcess;
  marker(): Record<string, unknown>;
  dispose(): void;
}

export interface JoinOptions {
  args?: readonly string[];
  shell?: string;
  env?: Readonly<Record<string, string>>;
}

/** A machine in a folder, with the real script and a NodeConfig for IAM Roles Anywhere. One attempt, unless a test wants more. */
export function makeSandbox(nodeConfig = iamConfig): Sandbox {
  const root = mkdtempSync(join(tmpdir(), 'hnf-join-'));
  const at = (path: string) => join(root, path);
  const environment = (options: JoinOptions) => ({
    HOME: '/root',
    HYBRID_NODE_ROOT: root,
    HYBRID_NODE_MAX_ATTEMPTS: '1',
    ...options.env,
  });
  const command = ({ args = [] }: JoinOptions) => [at('usr/local/lib/hybrid-node/join'), ...args];
  const sandbox: Sandbox = {
    root,
    write(path, content, mode = 0o600) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), content, { mode });
    },
    read: (path) => readFileSync(at(path), 'utf8'),
    has: (path) => existsSync(at(path)),
    mode: (path) => statSync(at(path)).mode & 0o777,
    remove: (path) => rmSync(at(path), { recursive: true, force: true }),
    program(name, body) {
      const head = `#!/bin/sh\nR='${root}'\necho "${name} $*" >>"$R/calls"\n`;
      sandbox.remove(`usr/local/bin/${name}`);
      sandbox.write(`usr/local/bin/${name}`, `${head}${body}\n`, 0o755);
    },
    calls(name) {
      const lines = existsSync(at('calls')) ? sandbox.read('calls').split('\n') : [];
      return lines.filter((line) => line !== '' && (name === undefined || line.startsWith(`${name} `)));
    },
    join(options = {}) {
      const run = spawnSync(options.shell ?? '/bin/sh', command(options), {
        encoding: 'utf8',
        env: environment(options),
        timeout: 60_000,
      });
      return { code: run.status, journal: run.stdout + run.stderr };
    },
    start: (options = {}) =>
      spawn(options.shell ?? '/bin/sh', command(options), {
        env: environment(options),
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      }),
    marker: () => JSON.parse(sandbox.read('var/lib/hybrid-node/joined.json')) as Record<string, unknown>,
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
  installScript(sandbox);
  for (const [name, body] of Object.entries(programs)) sandbox.program(name, body);
  sandbox.write('etc/hybrid-node/nodeconfig.yaml', nodeConfig);
  sandbox.write('etc/machine-id', `${machineId}\n`);
  sandbox.write('opt/nodeadm/tracker', 'Artifacts:\n  Kubelet: true\n');
  sandbox.write('usr/bin/amazon-ssm-agent', '');
  sandbox.write('usr/local/bin/aws_signing_helper', '');
  sandbox.write('sys/class/dmi/id/product_name', 'Standard PC\n');
  sandbox.write('sys/class/dmi/id/product_uuid', '4C4C4544-0000-1111-2222-333344445555\n');
  sandbox.write('var/lib/cloud/data/instance-id', 'edge-1-aaaa\n');
  return sandbox;
}

/** As install-join.sh lays it out. */
function installScript(sandbox: Sandbox): void {
  const from = join(packageRoot(), 'templates/guest/join');
  const to = join(sandbox.root, 'usr/local/lib/hybrid-node');
  mkdirSync(join(to, 'join.d'), { recursive: true });
  for (const name of readdirSync(from).filter((file) => file.endsWith('.sh')))
    cpSync(join(from, name), name === 'join.sh' ? join(to, 'join') : join(to, 'join.d', name));
}
