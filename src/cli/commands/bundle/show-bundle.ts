import { formatBytes } from '../../../core/sizes.ts';
import type { CreatedBundle } from '../../../flows/bundle/create-bundle.ts';
import type { BundleContent } from '../../../mirror/bundle/bundle-manifest.ts';
import type { BundleVerdict } from '../../../mirror/bundle/verify-bundle.ts';
import { formatTable } from '../../view/table.ts';

export function formatCreated({ path, bytes, sha256, manifest, unchanged }: CreatedBundle): string {
  const lines = [
    formatContent(manifest.content),
    `${unchanged ? 'unchanged' : 'written'}: ${path}, ${manifest.members.length} files, ${formatBytes(bytes)}`,
    `bundle ${manifest.identity}`,
    `sha256 ${sha256}`,
  ];
  return `${lines.join('\n')}\n`;
}

export function formatVerdict(verdict: BundleVerdict): string {
  const findings = verdict.findings.map(({ path, message, code }) => {
    const where = path === '' && !message.includes(verdict.path) ? verdict.path : path;
    return `error: ${where === '' ? '' : `${where}: `}${message} [${code}]\n`;
  });
  const what = `${verdict.files} files, ${formatBytes(verdict.bytes)}, bundle ${verdict.identity}`;
  return `${findings.join('')}${verdict.whole ? formatContent(verdict.content) : ''}${verdict.whole ? 'whole' : 'damaged'}: ${what}\n`;
}

export function formatContent(content: BundleContent): string {
  const rows = [
    ...content.cells.map((cell) => ['image', cell]),
    ...content.tools.map(({ name, version, platform }) => ['tool', `${name} ${version} ${platform}`]),
    ...content.kubernetes.map(({ version, arch }) => ['artifacts', `Kubernetes ${version} ${arch}`]),
    ...content.packages.map(({ url, suites, packages }) => [
      'packages',
      `${packages} of ${url} (${suites.join(', ')})`,
    ]),
    ...content.images.map(({ reference, digest, archs }) => [
      'container image',
      `${reference} ${archs.join(', ')} ${digest.slice(0, 19)}`,
    ]),
    ...content.sources.map(({ url, sha256 }) => ['source', `${url} ${sha256.slice(0, 12)}`]),
  ];
  return rows.length === 0 ? '' : formatTable(['part', 'what'], rows);
}
