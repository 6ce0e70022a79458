import { FactoryError } from './errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Node ignores without a word a proxy it cannot use: every one before 22.21 and 24.5 (option `proxyEnv` of nodejs.org/api/http.html,
 * "new Agent"), and later one that is no http(s) URL. A request that goes past the proxy must not happen, so it is refused here.
 * @throws FactoryError `network.failed`. The variable's value is not shown, there may be a password in it.
 */
export function checkProxy(url: string, env: Env, nodeVersion = process.versions.node): void {
  const { protocol, hostname } = new URL(url);
  const lower = protocol.replace(':', '_proxy');
  const name = [lower, lower.toUpperCase()].find((candidate) => env[candidate]);
  if (name === undefined || isExempt(hostname, env)) return;
  const hint = `Correct or unset ${name}, or name '${hostname}' in NO_PROXY if it is reached without the proxy.`;
  if (!/^https?:\/\/[^/]/.test(env[name] ?? '')) {
    throw new FactoryError('network.failed', `the proxy in ${name} is none; accepted is http://host:port`, { hint });
  }
  if (readsProxyVariables(nodeVersion)) return;
  throw new FactoryError(
    'network.failed',
    `${url} is to go through the proxy in ${name}, which Node ${nodeVersion} cannot do; accepted are Node 22.21, 24.5 and newer`,
    { hint: `Use a newer Node. ${hint}` },
  );
}

function readsProxyVariables(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return (major === 22 && minor >= 21) || (major === 24 && minor >= 5) || major > 24;
}

/** Close to Node's own reading of NO_PROXY: `*`, `host`, `.domain`, `*.domain`, each with or without a port. */
function isExempt(hostname: string, env: Env): boolean {
  const entries = (env['no_proxy'] || env['NO_PROXY'] || '').split(/[\s,]+/).map((entry) => entry.replace(/:\d+$/, ''));
  return entries.some((entry) => {
    const domain = entry.replace(/^\*\./, '.');
    return entry === '*' || entry === hostname || (domain.startsWith('.') && hostname.endsWith(domain));
  });
}
