import { describe, expect, it } from 'vitest';
import { createContext } from '../../src/cli/context.ts';
import { environmentVariables } from '../../src/config/environment.ts';

const secretRows = environmentVariables.filter(({ secret, pick }) => secret !== undefined && pick === undefined);

/** What a command prints that shows a text, with these variables set. */
function printed(env: Record<string, string>, text: string): string {
  let out = '';
  const write = (part: string) => {
    out += part;
  };
  const world = { cwd: '/', env, stdout: write, stderr: write, isTerminal: false };
  const context = createContext(world, new AbortController().signal, { json: false, color: false, verbose: true });
  context.print(`${text}\n`);
  context.printJson({ text });
  context.log.debug(text);
  context.progress(text);
  return out;
}

describe('cli/context', () => {
  it.each(secretRows.map(({ name }) => name))('never shows %s', (name) => {
    expect(printed({ [name]: 'hunter2-hunter2' }, 'it is hunter2-hunter2')).not.toContain('hunter2');
  });

  it('never shows the password inside GOVC_URL, but the rest', () => {
    const out = printed({ GOVC_URL: 'https://me:hunter2@vcenter/sdk' }, 'https://me:hunter2@vcenter/sdk');
    expect(out).not.toContain('hunter2');
    expect(out).toContain('https://me:<secret>@vcenter/sdk');
  });

  it('knows the secrets of the contract', () => {
    expect(secretRows.length).toBeGreaterThanOrEqual(6);
    expect(printed({ EKS_CLUSTER_NAME: 'no-secret' }, 'no-secret')).toContain('no-secret');
  });
});
