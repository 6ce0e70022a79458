export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

const units = [
  { name: 'GiB', bytes: GiB },
  { name: 'MiB', bytes: MiB },
  { name: 'KiB', bytes: KiB },
] as const;

/** `1536 MiB` → `1.5 GiB`; below 1 KiB plain bytes. */
export function formatBytes(bytes: number): string {
  const unit = units.find((candidate) => bytes >= candidate.bytes);
  if (unit === undefined) return `${bytes} B`;
  const value = bytes / unit.bytes;
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${unit.name}`;
}

/** `75` → `1m 15s`, `3.24` → `3.2s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
}
