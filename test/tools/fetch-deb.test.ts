import { describe, expect, it } from 'vitest';
import { parseMirrors } from '../../src/tools/fetch-deb.ts';
import { findTool } from '../../src/tools/find.ts';
import { platformOf } from '../../src/tools/inspect.ts';
import { provideStored, provideTool } from '../../src/tools/provide.ts';
import { findDebKey } from '../../src/tools/stored.ts';
import { toolNamed } from '../../src/tools/table.ts';
import { createTestWorld } from './tools-world.ts';

const tool = toolNamed('ovmf-pvscsi');
const request = { tool, version: tool.pinned ?? '', platform: platformOf(tool) };

describe('tools/fetch-deb', () => {
  it('takes the mirrors of Debian out of what apt knows', () => {
    const targets = [
      'Debian|main|http://mirror.example/debian/',
      'Debian|main|https://deb.example/debian',
      'Debian|contrib|http://contrib.example/debian/',
      'Debian-Security|main|http://mirror.example/debian-security/',
      'cloud-sdk-bookworm|main|https://packages.example/apt/',
      'Debian|main|http://user:secret@mirror.example/debian/',
      'Debian|main|cdrom:[Debian GNU/Linux 12]/',
      '',
    ];
    expect(parseMirrors(targets.join('\n'))).toEqual(['http://mirror.example/debian/', 'https://deb.example/debian/']);
    expect(parseMirrors('')).toEqual([]);
  });

  it('keeps one entry per package, for the machines of the lab', () => {
    expect(findDebKey(request)).toMatch(/^ovmf-pvscsi-2020\.11-2\+deb11u2-linux-amd64-[0-9a-f]{16}$/);
    expect(findDebKey({ ...request, version: '2022.11-6' })).toBeUndefined();
    const deb = { path: 'pool/x.deb', sha256: '0'.repeat(64), files: ['a'] } as const;
    expect(findDebKey({ ...request, tool: { ...tool, deb } })).not.toBe(findDebKey(request));
    expect(findDebKey({ ...request, tool: toolNamed('govc') })).toBeUndefined();
  });

  it('says what there is when another version is asked for', async () => {
    const { context } = createTestWorld();
    await expect(provideStored({ ...request, version: '1.0' }, context)).rejects.toMatchObject({
      code: 'tool.missing',
      details: ['package: only ovmf-pvscsi 2020.11-2+deb11u2 is known'],
    });
  });

  it('says that apt is needed where there is none', async () => {
    const world = createTestWorld();
    const { exec } = world.context;
    // Fake: a machine without apt.
    const bare = { ...exec, run: (_file: string, ...rest: [readonly string[], never]) => exec.run('/none', ...rest) };
    const context = { ...world.context, exec: bare };
    await expect(provideTool('ovmf-pvscsi', context)).rejects.toMatchObject({
      code: 'tool.missing',
      message: expect.stringContaining('could not be had'),
      details: [expect.stringContaining('this machine has no apt')],
    });
    expect(world.events).toEqual(['ovmf-pvscsi package start', 'ovmf-pvscsi package skip']);
    expect(await findTool('ovmf-pvscsi', world.again())).toBeUndefined();
  });
});
