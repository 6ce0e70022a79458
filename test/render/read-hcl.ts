import { parse } from '@cdktf/hcl2json';

/** HCL read by HashiCorp's own parser (compiled to WebAssembly). @throws when it is not valid HCL. */
export async function readHcl(text: string): Promise<unknown> {
  return parse('test.hcl', text);
}

/** hcl2json leaves strings in template syntax; this takes the two escapes of that syntax out again. */
export function literalOf(templateText: string): string {
  return templateText.replaceAll('$${', '${').replaceAll('%%{', '%{');
}
