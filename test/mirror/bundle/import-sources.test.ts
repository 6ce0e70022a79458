import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { emptyContent } from '../../../src/mirror/bundle/bundle-manifest.ts';
import { importSources } from '../../../src/mirror/bundle/import-sources.ts';
import { openBundle } from '../../../src/mirror/bundle/open-bundle.ts';
import { makeBundle, makeFolder, openContext } from './sample.ts';

describe('mirror/bundle/import-sources', () => {
  it('makes a medium known under its checksum, for whatever address it stands', async () => {
    const digest = sha256('a medium');
    const sources = ['https://a.example/x.iso', '/srv/x.iso'].map((url) => ({ url, sha256: digest }));
    const content = { ...emptyContent, sources };
    const { path } = await makeBundle('x.tar', { [`sources/${digest}`]: 'a medium' }, content);
    const store = new Store(makeFolder());
    const context = { log: silentLog, signal: new AbortController().signal };
    await importSources(await openBundle(path, store.root, openContext()), store, context);
    const entry = await store.find('source', digest, context);
    expect(readFileSync(join(entry?.folder ?? '', 'disk'), 'utf8')).toBe('a medium');
  });
});
