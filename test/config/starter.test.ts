import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WrittenConfig } from '../../src/config/schema.ts';
import { fieldsOf, unwrap } from '../../src/config/schema-walk.ts';
import { renderStarter } from '../../src/config/starter.ts';
import { flatten } from '../../src/config/tree.ts';

/** Runs the text with `defineConfig` as the identity. */
function evaluate(text: string): unknown {
  const body = stripTypeScriptTypes(text)
    .replace(/^import .*$/m, '')
    .replace('export default defineConfig(', 'return (');
  return new Function(body)();
}

function countLeaves(schema: z.ZodType): number {
  if (!(unwrap(schema) instanceof z.ZodObject)) return 1;
  return fieldsOf(schema).reduce((sum, field) => sum + countLeaves(field.schema), 0);
}

describe('config/starter', () => {
  it('is a valid config as it is written', () => {
    const config = WrittenConfig.parse(evaluate(renderStarter({ importFrom: 'hybrid-node-factory' })));
    expect(config).toEqual({ images: { 'edge-node': { extends: 'debian12-lab' } } });
  });

  it('is a valid config with everything switched on, every field in it', () => {
    const config = WrittenConfig.parse(evaluate(renderStarter({ importFrom: 'x', active: true })));
    const { images: _images, ...rest } = config;
    expect(flatten(rest)).toHaveLength(countLeaves(WrittenConfig.omit({ $schema: true, images: true })));
    expect(Object.keys(rest).sort()).toEqual(
      Object.keys(WrittenConfig.shape)
        .filter((key) => !/^(\$schema|images)$/.test(key))
        .sort(),
    );
  });

  it('keeps its lines short', () => {
    const lines = renderStarter({ importFrom: 'hybrid-node-factory' }).split('\n');
    expect(lines.filter((line) => line.length > 100 && !line.includes('arn:'))).toEqual([]);
  });
});
