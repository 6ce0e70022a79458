/** Operating system and processor as Go and most vendors name them. */
export interface Platform {
  os: 'linux' | 'darwin';
  arch: 'amd64' | 'arm64';
}

export type ToolKind = 'program' | 'packer-plugin' | 'node-artifact' | 'firmware' | 'system' | 'python';

/** How a program tells its version. */
export interface Probe {
  args: readonly string[];
  /** Its first group is the version. A program whose output does not match is an impostor. */
  pattern: RegExp;
  /** Exit codes besides 0 with which the version may come. */
  accept?: readonly number[];
}

/** Where a tool can be had from, in the order they are tried (docs/decisions.md, "Where tools come from"). */
export type ToolSource = 'path' | 'release' | 'deb' | 'go' | 'apt' | 'pypi';

/** A package of Debian's archive that is unpacked, not installed. */
export interface DebPackage {
  /** Below a mirror's root, e.g. `pool/main/e/edk2/…_all.deb`. */
  path: string;
  /** Lower-case hex. */
  sha256: string;
  /** What is taken out of it, all into one folder; the first is the tool's `binary`. */
  files: readonly [string, ...string[]];
}

export interface Tool {
  name: string;
  kind: ToolKind;
  /** What hnf does with it, one clause. */
  why: string;
  /** Accepted versions, e.g. `>=1.11.0 <2`; empty: any. */
  wanted: string;
  /** The version that is installed when none is found. Absent for distribution packages. */
  pinned?: string;
  sources: readonly ToolSource[];
  /** Name of the file; default `name`. */
  binary?: string;
  /** Absent: being there is enough. */
  probe?: Probe;
  /** A file instead of a program: the first of these that exists. */
  files?: readonly string[];
  /** Distribution packages (Debian and Ubuntu names) that bring it. */
  packages?: readonly string[];
  /** Where the pinned version is in Debian's archive. */
  deb?: DebPackage;
}

export type ToolOrigin = 'path' | 'release' | 'deb' | 'go' | 'system' | 'pypi';

/** A tool that can be used. */
export interface ResolvedTool {
  name: string;
  /** Absolute. */
  path: string;
  /** Without `v`; undefined when the tool has no way to tell. */
  version: string | undefined;
  /** `path`: found on the PATH; `system`: a file or program of the distribution; `release`, `deb`, `go`, `pypi`: in our own folder, how it came there. */
  origin: ToolOrigin;
}

export type ToolState = 'ok' | 'missing' | 'too-old' | 'too-new' | 'impostor';

/** One row of `hnf tools list` (cli.md). */
export interface ToolStatus {
  name: string;
  wanted: string;
  found: string | null;
  path: string | null;
  origin: ToolOrigin | null;
  status: ToolState;
}
