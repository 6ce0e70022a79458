import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../../core/files.ts';
import { bundleFolders } from '../../mirror/bundle/bundle-folders.ts';
import { toolRecordName } from '../../mirror/bundle/import-tools.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import { createToolsContext } from '../../tools/context.ts';
import { platformOf } from '../../tools/inspect.ts';
import { provideStored } from '../../tools/provide.ts';
import { toolNamed } from '../../tools/table.ts';
import type { BundleRequest, Collected, PartContext } from './request.ts';

/** The pinned programs that the isolated side calls, for a machine like this one. What cells need; without cells all of them. */
export function listBundleTools({ cells }: Pick<BundleRequest, 'cells'>): string[] {
  const onQemu = cells.length === 0 || cells.some(({ builder }) => builder === 'qemu');
  const onVsphere = cells.length === 0 || cells.some(({ builder }) => builder !== 'qemu');
  return [
    'packer',
    ...(onQemu ? ['packer-plugin-qemu', 'ovmf-pvscsi'] : []),
    ...(onVsphere ? ['packer-plugin-vsphere', 'govc'] : []),
    'nodeadm',
  ];
}

export async function collectTools(request: BundleRequest, context: PartContext): Promise<Collected> {
  const tools = createToolsContext({ ...context, emit: context.emit });
  const files: BundleFile[] = [];
  const described: { name: string; version: string; platform: string }[] = [];
  for (const name of listBundleTools(request)) {
    const tool = toolNamed(name);
    context.tell(`${name} ${tool.pinned}`);
    const { folder, meta } = await provideStored(
      { tool, version: tool.pinned ?? '', platform: platformOf(tool) },
      tools,
    );
    const place = `${bundleFolders.tools}/${basename(folder)}`;
    // How long it took to build is this machine's affair: the same tools, the same bundle.
    const record = join(context.workFolder, `${basename(folder)}.json`);
    await writeFileAtomic(record, `${JSON.stringify({ ...meta, seconds: 0 }, null, 1)}\n`);
    files.push(...(await listFiles(folder, place)), { path: `${place}/${toolRecordName}`, file: record });
    described.push({ name, version: meta.version, platform: meta.platform });
  }
  return { files, content: { tools: described } };
}

/** Everything of an entry of the cache but the cache's own note. */
async function listFiles(folder: string, place: string): Promise<BundleFile[]> {
  const names = (await readdir(folder)).filter((name) => name !== 'entry.json').sort();
  return Promise.all(
    names.map(async (name): Promise<BundleFile> => {
      const file = join(folder, name);
      return { path: `${place}/${name}`, file, executable: ((await stat(file)).mode & 0o100) !== 0 };
    }),
  );
}
