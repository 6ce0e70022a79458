const mask = '<secret>';

/** Shorter values would hide innocent text everywhere; they are refused where secrets are read. */
const shortestSecret = 4;

/** Remembers secret values and takes them out of text, in plain, base64, URL and JSON form. */
export class SecretRegistry {
  readonly #forms = new Set<string>();
  #sorted: string[] = [];

  add(value: string): void {
    for (const text of [value, ...value.split('\n')]) {
      if (text.trim().length < shortestSecret) continue;
      for (const form of secretForms(text)) this.#forms.add(form);
    }
    this.#sorted = [...this.#forms].sort((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    let clean = text;
    for (const form of this.#sorted) clean = clean.replaceAll(form, mask);
    return clean;
  }
}

function secretForms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const inner = [0, 1, 2].map((shift) => alignedBase64(bytes, shift)).filter((form) => form.length >= 8);
  return [value, value.trim(), JSON.stringify(value).slice(1, -1), encodeURIComponent(value), ...inner];
}

/** The part of the base64 text that is the same whatever stands before and after the secret. */
function alignedBase64(bytes: Buffer, shift: number): string {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const text = padded.toString('base64').replace(/=+$/, '');
  const start = shift === 0 ? 0 : shift + 1;
  const end = padded.length % 3 === 0 ? text.length : text.length - 1;
  return text.slice(start, end);
}
