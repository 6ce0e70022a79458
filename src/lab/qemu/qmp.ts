import { connect, type Socket } from 'node:net';
import { FactoryError, hasErrno, messageOf } from '../../core/errors.ts';
import { encodeQmpCommand, type QmpArguments, QmpDecoder, type QmpMessage } from './qmp-messages.ts';

/** sun_path of a Unix socket: 108 bytes on Linux, 104 on macOS, the ending NUL included. */
export const maxSocketPathBytes = 103;

const defaultTimeoutMs = 10_000;

/** QEMU's control channel. */
export interface Qmp {
  /** @throws FactoryError `exec.failed` with QEMU's words, `exec.timeout` */
  execute(command: string, args?: QmpArguments, timeoutMs?: number): Promise<unknown>;
  /** Names of the events seen so far, e.g. `SHUTDOWN`. */
  events(): readonly string[];
  close(): void;
}

/** @throws FactoryError `input.invalid` */
export function checkSocketPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= maxSocketPathBytes) return;
  throw new FactoryError('input.invalid', `'${path}' is ${bytes} bytes long; a socket's path has at most 103`, {
    hint: 'Set TMPDIR to a folder with a shorter path.',
  });
}

/** Connects and shakes hands. @throws FactoryError `exec.failed` (also while QEMU has no socket yet), `exec.timeout` */
export async function connectQmp(path: string, timeoutMs = defaultTimeoutMs): Promise<Qmp> {
  checkSocketPath(path);
  const socket = await openSocket(path);
  const client = createClient(socket);
  try {
    await withDeadline(client.greeted, timeoutMs, 'the QMP greeting');
    await client.qmp.execute('qmp_capabilities', undefined, timeoutMs);
    return client.qmp;
  } catch (error) {
    client.qmp.close();
    throw error;
  }
}

/** True for "QEMU has not made its socket yet". */
export function isNotListening(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return hasErrno(cause, 'ENOENT') || hasErrno(cause, 'ECONNREFUSED');
}

function openSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (cause) =>
      reject(new FactoryError('exec.failed', `QMP: cannot connect: ${messageOf(cause)}`, { cause })),
    );
  });
}

interface Waiter {
  resolve: (value: unknown) => void;
  reject: (error: FactoryError) => void;
}

function createClient(socket: Socket): { qmp: Qmp; greeted: Promise<unknown> } {
  const decoder = new QmpDecoder();
  const waiting = new Map<string, Waiter>();
  const events: string[] = [];
  let next = 1;
  let broken: FactoryError | undefined;
  const greeted = new Promise<unknown>((resolve, reject) => waiting.set('greeting', { resolve, reject }));
  greeted.catch(() => {});

  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of decoder.push(chunk)) deliver(message);
    } catch (error) {
      fail(error instanceof FactoryError ? error : new FactoryError('exec.failed', messageOf(error)));
    }
  });
  socket.on('error', (cause) => fail(new FactoryError('exec.failed', `QMP: ${messageOf(cause)}`, { cause })));
  socket.on('close', () => fail(new FactoryError('exec.failed', 'QMP: QEMU closed the connection')));
  return { greeted, qmp: { execute, events: () => events, close: () => void socket.destroy() } };

  async function execute(command: string, args?: QmpArguments, timeoutMs = defaultTimeoutMs): Promise<unknown> {
    if (broken !== undefined) throw broken;
    const id = `hnf-${next++}`;
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    answer.catch(() => {});
    socket.write(encodeQmpCommand(id, command, args));
    try {
      return await withDeadline(answer, timeoutMs, `QMP '${command}'`);
    } finally {
      waiting.delete(id);
    }
  }

  function deliver(message: QmpMessage): void {
    if (message.kind === 'event') {
      events.push(message.name);
      return;
    }
    const waiter = waiting.get(message.kind === 'greeting' ? 'greeting' : (message.id ?? ''));
    if (message.kind === 'error') {
      waiter?.reject(new FactoryError('exec.failed', `QMP: ${message.class}: ${message.description}`));
    } else {
      waiter?.resolve(message.kind === 'answer' ? message.value : undefined);
    }
  }

  function fail(error: FactoryError): void {
    broken ??= error;
    for (const waiter of waiting.values()) waiter.reject(broken);
    waiting.clear();
    socket.destroy();
  }
}

async function withDeadline<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new FactoryError('exec.timeout', `no answer to ${what} within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
