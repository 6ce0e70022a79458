import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { renderCloudSeed } from '../../../src/render/cloud-seed.ts';
import { fillSeed } from '../../../src/render/fill-seed.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { needTools } from '../../helpers/need-tools.ts';

const exec = createExec();

/** cloud-init's own module on the user data it is given; it says whether it would have touched the system's locale. */
const askLocale = `
import json, logging, sys
sys.path[:0] = sys.argv[1:]
import yaml
from cloudinit.config import cc_locale
touched = []
class Distro:
    def apply_locale(self, locale, file=None): touched.append(locale)
class Cloud:
    distro = Distro()
    def get_locale(self): return "C.UTF-8"
config = yaml.safe_load(sys.stdin.read())
try: cc_locale.handle("locale", config, Cloud(), logging.getLogger(), [])
except TypeError: cc_locale.handle("locale", config, Cloud(), [])
print(json.dumps(touched))
`;

describe('integration/render/cloud-seed', () => {
  it('keeps cloud-init from making a locale in the build, by a value that every schema takes', async (context) => {
    const [cloudInit = '', python = ''] = await needTools(context, 'cloud-init', 'python-judges');
    // Unpacked by hnf, or this machine's own.
    const prefix = dirname(dirname(cloudInit));
    const modules = ['usr/lib', 'lib'].map((folder) => join(prefix, folder, 'python3/dist-packages'));
    const touched = async (text: string): Promise<unknown> => {
      const { stdout } = await exec.run(python, ['-c', askLocale, ...modules], { input: text, timeoutMs: 60_000 });
      return JSON.parse(stdout);
    };
    const [, userData] = renderCloudSeed('hnf-image', loadTemplates(packageRoot())).files;
    const text = fillSeed(userData?.content ?? '');
    expect(await touched(text)).toEqual([]);
    expect(await touched(text.replace(/^locale: .*$/m, ''))).toEqual(['C.UTF-8']);
    expect(text).toMatch(/^locale: "false"$/m);
  });
});
