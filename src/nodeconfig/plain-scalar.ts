/** What an unquoted scalar is to nodeadm. */
export type PlainScalar =
  | { type: 'text' }
  | { type: 'null'; value: null }
  | { type: 'bool'; value: boolean }
  | { type: 'int'; value: number; written: string }
  | { type: 'float'; value: number };

const bools: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);
const nulls = ['', '~', 'null', 'Null', 'NULL'];
const infinities = /^[-+]?\.(inf|Inf|INF)$/;
const notNumbers = ['.nan', '.NaN', '.NAN'];
const floatShape = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const intShape = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;

/**
 * Resolves an unquoted scalar as nodeadm's YAML reader does (go.yaml.in/yaml/v2 v2.4.2, resolve.go): words of YAML 1.1, no sexagesimal
 * numbers, dates stay text.
 */
export function resolvePlain(text: string): PlainScalar {
  if (nulls.includes(text)) return { type: 'null', value: null };
  const bool = bools.get(text);
  if (bool !== undefined) return { type: 'bool', value: bool };
  if (infinities.test(text)) return { type: 'float', value: text.startsWith('-') ? -Infinity : Infinity };
  if (notNumbers.includes(text)) return { type: 'float', value: Number.NaN };
  if (!/^[-+.0-9]/.test(text)) return { type: 'text' };
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '');
  return resolveInt(plain) ?? resolveFloat(plain);
}

function resolveInt(plain: string): PlainScalar | undefined {
  const [, sign = '', hex, binary, octal, decimal] = intShape.exec(plain) ?? [];
  const digits = hex ?? binary ?? octal ?? decimal;
  if (digits === undefined) return undefined;
  const prefix = hex !== undefined ? '0x' : binary !== undefined ? '0b' : octal !== undefined ? '0o' : '';
  const whole = BigInt(prefix + digits) * (sign === '-' ? -1n : 1n);
  const fits = BigInt.asIntN(64, whole) === whole || (sign === '' && BigInt.asUintN(64, whole) === whole);
  return fits ? { type: 'int', value: Number(whole), written: whole.toString() } : undefined;
}

function resolveFloat(plain: string): PlainScalar {
  const value = floatShape.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? { type: 'float', value } : { type: 'text' };
}

/** The text that lands where nodeadm wants text; undefined for null, which leaves the field empty. */
export function textOfPlain(scalar: PlainScalar, text: string): string | undefined {
  switch (scalar.type) {
    case 'text':
      return text;
    case 'null':
      return undefined;
    case 'bool':
      return String(scalar.value);
    case 'int':
      return scalar.written;
    case 'float':
      return formatFloat32(scalar.value);
  }
}

/** Go's `strconv.FormatFloat(value, 'g', -1, 32)`: the shortest digits that name the same 32-bit float. */
export function formatFloat32(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) return rounded > 0 ? '+Inf' : '-Inf';
  if (rounded === 0) return Object.is(rounded, -0) ? '-0' : '0';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(rounded.toExponential(digits - 1))) !== rounded) digits += 1;
  const [mantissa = '', exponent = '0'] = rounded.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  // As with %g: six digits before the point are the most that go without an exponent.
  if (power >= -4 && power < 6) return rounded.toFixed(Math.max(0, digits - 1 - power));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
