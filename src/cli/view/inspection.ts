import { formatBytes } from '../../core/sizes.ts';
import type { Inspection } from '../../flows/image-inspect/inspect-artifact.ts';

/** For people. Pure. */
export function formatInspection({ path, disk, sha256, manifest, sbom, findings }: Inspection): string {
  const lines = [
    `file        ${path}`,
    `format      ${disk.format}, ${formatBytes(disk.fileBytes)} for a disk of ${formatBytes(disk.virtualBytes)}`,
    `sha256      ${sha256}`,
  ];
  if (disk.format === 'ova') lines.push(`members     ${disk.members.map((member) => member.name).join(', ')}`);
  if (manifest === null) lines.push('manifest    none beside it names this file');
  else {
    lines.push(
      `image       ${manifest.image} (${manifest.cell})`,
      `identity    ${manifest.identity}`,
      `created     ${manifest.created}`,
      `built with  ${Object.entries(manifest.builtWith)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}, ${manifest.accelerator}`,
      `verified    ${manifest.verify.passed} checks passed, ${manifest.verify.failed} failed`,
      ...manifest.components.map((item) => `contains    ${item.name} ${item.version} (${item.origin})`),
    );
  }
  if (sbom !== null) lines.push(`sbom        ${sbom.file}, ${sbom.packages} packages`);
  lines.push(...findings.map((finding) => `WRONG       ${finding}`));
  return `${lines.join('\n')}\n`;
}
