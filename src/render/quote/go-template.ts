import { checkText } from '../../core/quote/text.ts';

/**
 * Text that Go's text/template prints as it is. Packer renders every string it hands to a plugin as such a template
 * (https://developer.hashicorp.com/packer/docs/templates/legacy_json_templates/engine).
 */
export function goTemplateText(value: unknown): string {
  return checkText(value).replaceAll('{{', '{{"{{"}}');
}
