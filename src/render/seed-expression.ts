import { FactoryError } from '../core/errors.ts';

type Scope = Readonly<Record<string, string | undefined>>;
type Value = string | boolean;

/**
 * An HCL expression of those our seeds use: names, strings, `jsonencode(…)`, `regex("^…$", …)`, `==` and `… ? … : …`.
 * @throws FactoryError `input.invalid` for everything else.
 */
export function evaluateSeedExpression(text: string, scope: Scope): string {
  const tokens = tokenize(text);
  const value = readChoice(tokens, scope, text);
  if (tokens.length > 0) throw unreadable(text);
  return String(value);
}

function unreadable(text: string): FactoryError {
  return new FactoryError('input.invalid', `a seed has the expression '${text.trim()}', which is none of ours`);
}

const token = /\s*("(?:\\.|[^"\\])*"|[a-z_][a-z0-9_]*|==|[?:(),])/gy;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  let end = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    tokens.push(match[1] ?? '');
    end = token.lastIndex;
  }
  if (text.slice(end).trim() !== '' || tokens.length === 0) throw unreadable(text);
  return tokens;
}

function readChoice(tokens: string[], scope: Scope, text: string): Value {
  const condition = readComparison(tokens, scope, text);
  if (tokens[0] !== '?') return condition;
  tokens.shift();
  const yes = readChoice(tokens, scope, text);
  expectToken(tokens, ':', text);
  const no = readChoice(tokens, scope, text);
  return condition === true ? yes : no;
}

function readComparison(tokens: string[], scope: Scope, text: string): Value {
  const left = readTerm(tokens, scope, text);
  if (tokens[0] !== '==') return left;
  tokens.shift();
  return left === readTerm(tokens, scope, text);
}

function readTerm(tokens: string[], scope: Scope, text: string): Value {
  const word = tokens.shift() ?? '';
  if (word.startsWith('"')) return readString(word, text);
  if (tokens[0] === '(') return readCall(word, tokens, scope, text);
  const value = scope[word];
  if (value === undefined) throw new FactoryError('input.invalid', `a seed names '${word}', which has no value`);
  return value;
}

/** Only what both HCL and JSON read alike. */
function readString(word: string, text: string): string {
  if (/\\[^"\\nrt]|[$%]\{/.test(word)) throw unreadable(text);
  return JSON.parse(word) as string;
}

function readCall(name: string, tokens: string[], scope: Scope, text: string): string {
  expectToken(tokens, '(', text);
  const given: Value[] = [readChoice(tokens, scope, text)];
  while (tokens[0] === ',') {
    tokens.shift();
    given.push(readChoice(tokens, scope, text));
  }
  expectToken(tokens, ')', text);
  const [first = '', second] = given.map(String);
  if (name === 'jsonencode' && given.length === 1) return jsonEncode(first);
  if (name === 'regex' && second !== undefined && given.length === 2) return matchWhole(first, second);
  throw unreadable(text);
}

/** As HCL does it: for safety in HTML as well. */
function jsonEncode(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function matchWhole(pattern: string, text: string): string {
  const found = new RegExp(pattern).exec(text)?.[0];
  if (found !== undefined) return found;
  throw new FactoryError('input.invalid', `'${text}' is a value a seed cannot carry; accepted: ${pattern}`);
}

function expectToken(tokens: string[], wanted: string, text: string): void {
  if (tokens.shift() !== wanted) throw unreadable(text);
}
