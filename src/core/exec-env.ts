/** Variables a child inherits. Everything else, secrets above all, has to be handed over on purpose. */
const inherited = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'TERM',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
  'PIP_CERT',
] as const;

const inheritedPrefixes = ['LC_', 'GO', 'CGO_'];

/** govc's settings look like Go's, and a password is among them. */
const refusedPrefix = 'GOVC_';

/** The environment of a child: the allow-list out of `parent`, then `extra`. */
export function buildChildEnv(
  parent: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && isInherited(name)) env[name] = value;
  }
  return { ...env, ...extra };
}

function isInherited(name: string): boolean {
  if (name.startsWith(refusedPrefix)) return false;
  return (inherited as readonly string[]).includes(name) || inheritedPrefixes.some((prefix) => name.startsWith(prefix));
}
