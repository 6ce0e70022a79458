import type { Command } from '../../command.ts';

export const configSchema: Command = {
  noun: 'config',
  verb: 'schema',
  summary: 'print the JSON Schema of the config, for editors and validators',
  json: true,
  examples: ['hnf config schema > images.config.schema.json'],
  async run(context) {
    const { renderJsonSchema } = await import('../../../config/json-schema.ts');
    context.print(renderJsonSchema());
    return 0;
  },
};
