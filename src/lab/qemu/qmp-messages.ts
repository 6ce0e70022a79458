import { StringDecoder } from 'node:string_decoder';
import { FactoryError } from '../../core/errors.ts';

export type QmpValue = null | boolean | number | string | readonly QmpValue[] | { readonly [key: string]: QmpValue };
export type QmpArguments = Readonly<Record<string, QmpValue>>;

/** What QEMU sends: the greeting, the answer to a command, or an event. */
export type QmpMessage =
  | { kind: 'greeting' }
  | { kind: 'answer'; id: string | undefined; value: unknown }
  | { kind: 'error'; id: string | undefined; class: string; description: string }
  | { kind: 'event'; name: string; data: unknown };

/** Far above anything QEMU sends; a peer that is not QEMU must not fill the memory. */
const maxLineChars = 8 * 1024 * 1024;

/** Cuts the byte stream into messages: one JSON object per line, however the bytes arrive. */
export class QmpDecoder {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** @throws FactoryError `exec.failed` for anything that is not QMP. */
  push(chunk: Uint8Array): QmpMessage[] {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > maxLineChars) throw new FactoryError('exec.failed', 'QMP: a line without an end');
    return lines.filter((line) => line.trim() !== '').map(parseQmpMessage);
  }
}

export function encodeQmpCommand(id: string, command: string, args: QmpArguments | undefined): string {
  return `${JSON.stringify({ execute: command, id, ...(args === undefined ? {} : { arguments: args }) })}\n`;
}

export function parseQmpMessage(line: string): QmpMessage {
  const message = parseObject(line);
  const id = typeof message['id'] === 'string' ? message['id'] : undefined;
  if ('QMP' in message) return { kind: 'greeting' };
  if ('return' in message) return { kind: 'answer', id, value: message['return'] };
  if (isObject(message['error'])) {
    const { class: name, desc } = message['error'];
    return { kind: 'error', id, class: String(name), description: String(desc) };
  }
  if (typeof message['event'] === 'string') return { kind: 'event', name: message['event'], data: message['data'] };
  throw new FactoryError('exec.failed', `QMP: not a message: '${line.slice(0, 120)}'`);
}

function parseObject(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // said below, with the text
  }
  throw new FactoryError('exec.failed', `QMP: not a message: '${line.slice(0, 120)}'`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
