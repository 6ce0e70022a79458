import { FactoryError } from '../../../core/errors.ts';
import { type Command, dryRunOption, isSet } from '../../command.ts';

export const configInit: Command = {
  noun: 'config',
  verb: 'init',
  summary: 'write a commented starter config',
  args: [{ name: '[file]', description: 'where to (default: images.config.ts)' }],
  options: [{ flags: '--force', description: 'overwrite a file that is there' }, dryRunOption],
  json: true,
  examples: ['hnf config init', 'hnf config init --dry-run'],
  async run(context, input) {
    const { resolve } = await import('node:path');
    const { findText: readText, writeFileAtomic } = await import('../../../core/files.ts');
    const { renderStarter } = await import('../../../config/starter.ts');
    const file = input.args[0] ?? 'images.config.ts';
    const path = resolve(context.cwd, file);
    checkExtension(file);
    const content = renderStarter({ importFrom: 'hybrid-node-factory' });
    const dryRun = isSet(input, 'dryRun');
    if (!dryRun && !isSet(input, 'force') && (await readText(path)) !== undefined) throw exists(file);
    if (!dryRun) await writeFileAtomic(path, content);
    if (isSet(input, 'json')) context.printJson({ path, written: !dryRun, content });
    else if (dryRun) context.print(content);
    else context.print(`wrote ${path}\n`);
    return 0;
  },
};

function checkExtension(file: string): void {
  if (file.endsWith('.ts')) return;
  throw new FactoryError('usage', `cannot write '${file}'; accepted: a name that ends in .ts`, {
    hint: 'YAML and JSON configs take the same keys: hnf config schema prints them.',
  });
}

function exists(file: string): FactoryError {
  return new FactoryError('input.invalid', `'${file}' is there already; accepted: a new name`, {
    hint: 'Use --force to overwrite it, or --dry-run to see the starter.',
  });
}
