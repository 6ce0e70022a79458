import type { Exec } from '../core/exec.ts';
import { ExecError } from '../core/exec-error.ts';
import { withTempDir } from '../core/temp.ts';
import type { VsphereConnection } from './connection.ts';
import { explainGovc } from './govc-errors.ts';

export interface GovcCallOptions {
  input?: string;
  timeoutMs?: number;
}

/** govc against one vCenter, logged in. */
export interface Govc {
  /** What govc prints. @throws FactoryError as `explainGovc` says */
  run(args: readonly string[], options?: GovcCallOptions): Promise<string>;
}

export interface GovcWorld {
  exec: Exec;
  /** The program. */
  govcPath: string;
  signal: AbortSignal;
}

const callTimeoutMs = 2 * 60_000;
const logoutTimeoutMs = 30_000;

/**
 * Runs `use` with a session of its own: logged in once before anything runs side by side (a cold session cache breaks under two
 * processes), kept in a private folder, and logged out whatever happens.
 * @throws FactoryError `service.missing` when there is no vCenter, `input.invalid` when it does not let us in
 */
export function withGovc<T>(
  connection: VsphereConnection,
  world: GovcWorld,
  use: (govc: Govc) => Promise<T>,
): Promise<T> {
  return withTempDir('hnf-govc', async (home) => {
    const govc = createGovc(connection, world, home);
    await govc.run(['about']);
    try {
      return await use(govc);
    } finally {
      await logOut(connection, world, home);
    }
  });
}

function createGovc(connection: VsphereConnection, world: GovcWorld, home: string): Govc {
  const env = govcEnvironment(connection, home);
  return {
    async run(args, options = {}) {
      try {
        const result = await world.exec.run(world.govcPath, args, {
          // A password that is the name of a file would be read from that file: in here there is none.
          cwd: home,
          env,
          timeoutMs: options.timeoutMs ?? callTimeoutMs,
          signal: world.signal,
          ...(options.input === undefined ? {} : { input: options.input }),
        });
        return result.stdout;
      } catch (error) {
        throw error instanceof ExecError ? explainGovc(error, connection.server) : error;
      }
    },
  };
}

/** A session that is not ended would count against the vCenter's limit for half an hour; the work's own abort must not stop this. */
async function logOut(connection: VsphereConnection, world: GovcWorld, home: string): Promise<void> {
  const options = { cwd: home, env: govcEnvironment(connection, home), timeoutMs: logoutTimeoutMs };
  await world.exec.run(world.govcPath, ['session.logout'], options).catch(() => {});
}

/** What a person set for their own govc must not change ours. */
const silenced = [
  'CERTIFICATE',
  'CLUSTER',
  'DATACENTER',
  'DATASTORE',
  'DATASTORE_CLUSTER',
  'DEBUG',
  'DEBUG_PATH',
  'FOLDER',
  'GUEST_LOGIN',
  'HOST',
  'NETWORK',
  'PERSIST_SESSION',
  'PRIVATE_KEY',
  'RESOURCE_POOL',
  'TLS_KNOWN_HOSTS',
  'VI_JSON',
  'VIM_VERSION',
  'VM',
] as const;

/** The channel of the password: govc's own variables. Pure. */
export function govcEnvironment(connection: VsphereConnection, home: string): Record<string, string> {
  const { server, user, password, insecure, caCertificates } = connection;
  return {
    ...Object.fromEntries(silenced.map((name) => [`GOVC_${name}`, ''])),
    GOVC_URL: `https://${server}/sdk`,
    GOVC_USERNAME: user,
    GOVC_PASSWORD: password,
    GOVC_INSECURE: String(insecure),
    GOVC_TLS_CA_CERTS: caCertificates,
    GOVC_INDENT: 'false',
    GOVC_FORMAT_ERROR: 'false',
    GOVMOMI_HOME: home,
  };
}
