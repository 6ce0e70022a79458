import type { DiskFormat, ImageSpec } from '../../catalog/image-spec.ts';
import type { Clock } from '../../core/clock.ts';
import type { BuildArtifact, Emit } from '../../core/events.ts';
import type { Exec } from '../../core/exec.ts';
import type { Log } from '../../core/log.ts';
import type { RegistryLogin } from '../../mirror/oci/credentials.ts';

/** A build as resolved from flags, environment and catalog; nothing in it is left to decide. */
export interface BuildRequest {
  spec: ImageSpec;
  formats: readonly DiskFormat[];
  outputFolder: string;
  cacheFolder: string;
  /** The cache is kept below this. */
  cacheMaxBytes: number;
  /** False makes every layer and artifact again. */
  useCache: boolean;
  accelerator: 'auto' | 'kvm' | 'hvf' | 'tcg';
  /** Loopback ports Packer may use for SSH. */
  sshPorts: { min: number; max: number };
  /** A bundle, file or folder, that what it holds is taken from instead of the network (--from-bundle, HNF_BUNDLE). */
  bundle?: string | undefined;
  /** For container images that a profile preloads, by registry. */
  logins?: ReadonlyMap<string, RegistryLogin> | undefined;
  /** Version of hnf, for the manifest and the SBOM. */
  toolVersion: string;
}

/** The outside world a build acts through. */
export interface BuildContext {
  exec: Exec;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
  emit: Emit;
  env: Readonly<Record<string, string | undefined>>;
}

export interface PhaseTime {
  name: string;
  seconds: number;
  cached: boolean;
}

export interface VerifyCheck {
  artifact: string;
  id: string;
  status: 'pass' | 'fail' | 'skip';
  expected: string;
  saw: string;
}

/** `hnf image build --json` (cli.md, "Results with --json"). */
export interface BuildResult {
  image: string;
  identity: string;
  /** True when no virtual machine was started. */
  cached: boolean;
  artifacts: readonly BuildArtifact[];
  phases: readonly PhaseTime[];
  verify: { passed: number; failed: number; checks: readonly VerifyCheck[] };
}
