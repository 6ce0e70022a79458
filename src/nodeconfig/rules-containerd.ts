import { hasPrivateKey } from '../config/pem.ts';
import { parseToml, type TomlTable } from '../core/toml/parse-toml.ts';
import { TomlError } from '../core/toml/scanner.ts';
import type { DecodedConfig } from './decoded.ts';
import type { Fault, TextPlace } from './finding.ts';

const path = ['spec', 'containerd', 'config'];

/**
 * The TOML nodeadm puts beside its own and never reads: a fault ends containerd, and with it init. Nothing of it is quoted: it may hold
 * passwords of registries. `block` is where its first line stands in the file, when its lines are the file's.
 */
export function listContainerdFaults({ spec }: DecodedConfig, block?: TextPlace): Fault[] {
  const toml = spec?.containerd?.config ?? '';
  if (hasPrivateKey(toml))
    return [{ path, code: 'containerd.secret', message: 'holds a private key; accepted: the path of a file with it' }];
  try {
    const table = parseToml(toml);
    return [...listVersionFaults(table), ...listOverrides(table)];
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const at = block === undefined ? undefined : { line: block.line + error.line - 1, column: block.column };
    const hint = /^\s*\{|^\s*[\w"'-]+\s*:/.test(toml) ? 'This looks like JSON or YAML.' : undefined;
    return [{ path, code: 'containerd.toml', message: `is no TOML: ${error.message}`, at, hint }];
  }
}

/** https://github.com/containerd/containerd/blob/main/docs/PLUGINS.md: the ids of plugins belong to a version. */
function listVersionFaults(table: TomlTable): Fault[] {
  const { version, plugins } = table;
  if (version !== undefined && ![2, 3, 4].includes(version as number)) {
    const message = "has a 'version' containerd does not know; accepted: 2, 3 or 4, as a number";
    return [{ path, code: 'containerd.version', message }];
  }
  const names = plugins !== null && typeof plugins === 'object' ? Object.keys(plugins) : [];
  const code = 'containerd.plugin';
  if (names.includes('cri')) {
    const message =
      'sets \'plugins.cri\', which is version 1 and not read any more; accepted: plugins."io.containerd.grpc.v1.cri"';
    return [{ path, code, message }];
  }
  if (version !== 2 || !names.some((name) => name.startsWith('io.containerd.cri.v1.'))) return [];
  return [{ path, code, message: "has plugins of version 3 under 'version = 2'; accepted: one or the other" }];
}

function listOverrides(table: TomlTable): Fault[] {
  const override = (message: string): Fault => ({ path, code: 'containerd.overrides', severity: 'warning', message });
  const keys = ['root', 'state', 'imports', 'disabled_plugins'].filter((key) => Object.hasOwn(table, key));
  const faults = keys.map((key) => override(`sets '${key}', which nodeadm sets too: init may fail`));
  if (!setsSandbox(table)) return faults;
  return [
    ...faults,
    override('sets the sandbox image; nodeadm pulls what containerd is told, with credentials for ECR only'),
  ];
}

function setsSandbox(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(
    ([key, item]) => (/^sandbox(_image)?$/.test(key) && typeof item === 'string') || setsSandbox(item),
  );
}
