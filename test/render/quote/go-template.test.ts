import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goTemplateText } from '../../../src/render/quote/go-template.ts';
import { hostileText } from '../hostile-text.ts';

/** How text/template reads our escapes: an action that prints a string constant. The real engine: test/integration. */
function printTemplate(template: string): string {
  return template.replaceAll('{{"{{"}}', '{{');
}

describe('render/quote/go-template', () => {
  it('leaves no action but our own', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const template = goTemplateText(text);
        expect(template.replaceAll('{{"{{"}}', '')).not.toContain('{{');
        expect(printTemplate(template)).toBe(text);
      }),
    );
  });
});
