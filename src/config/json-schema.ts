import { z } from 'zod';
import { WrittenConfig } from './schema.ts';

/** The JSON Schema of the config, for editors and validators; ends with a newline. Pure. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(WrittenConfig, { io: 'input', target: 'draft-2020-12' });
  const titled = { $schema: schema.$schema, title: 'hybrid-node-factory configuration', ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
