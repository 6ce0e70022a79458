/** Keys and values of a host written as a map; nothing, null and empty text count as absent. */
export function fieldsOf(map: unknown): [string, unknown][] {
  return Object.entries(map as Readonly<Record<string, unknown>>).filter(([, value]) => !isBlank(value));
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
