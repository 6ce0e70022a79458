import { join } from 'node:path';
import { writeFileAtomic } from '../../core/files.ts';
import { bundleFolders } from '../../mirror/bundle/bundle-routes.ts';
import { toolRecordName } from '../../mirror/bundle/import-bundle.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import { createToolsContext } from '../../tools/context.ts';
import { hostPlatform } from '../../tools/platform.ts';
import { provideStored } from '../../tools/provide.ts';
import { toolNamed } from '../../tools/table.ts';
import type { BundleRequest, Collected, PartContext } from './request.ts';

/** The pinned programs that the isolated side calls, for a machine like this one. What cells need; without cells all of them. */
export function listBundleTools({ cells }: Pick<BundleRequest, 'cells'>): string[] {
  const onQemu = cells.length === 0 || cells.some(({ builder }) => builder === 'qemu');
  const onVsphere = cells.length === 0 || cells.some(({ builder }) => builder !== 'qemu');
  return [
    'packer',
    ...(onQemu ? ['packer-plugin-qemu'] : []),
    ...(onVsphere ? ['packer-plugin-vsphere', 'govc'] : []),
    'nodeadm',
  ];
}

export async function collectTools(request: BundleRequest, context: PartContext): Promise<Collected> {
  const tools = createToolsContext({ ...context, emit: context.emit });
  const platform = hostPlatform();
  const files: BundleFile[] = [];
  const described: { name: string; version: string; platform: string }[] = [];
  for (const name of listBundleTools(request)) {
    const tool = toolNamed(name);
    context.tell(`${name} ${tool.pinned}`);
    const { folder, meta } = await provideStored({ tool, version: tool.pinned ?? '', platform }, tools);
    const key = folder.split('/').at(-1) ?? name;
    const record = join(context.workFolder, `${key}.json`);
    // How long it took to build is this machine's affair: the same tools, the same bundle.
    await writeFileAtomic(record, `${JSON.stringify({ ...meta, seconds: 0 }, null, 1)}\n`);
    const place = `${bundleFolders.tools}/${key}`;
    files.push({ path: `${place}/${meta.binary}`, file: join(folder, meta.binary), executable: true });
    files.push({ path: `${place}/${toolRecordName}`, file: record });
    described.push({ name, version: meta.version, platform: meta.platform });
  }
  return { files, content: { tools: described } };
}
