import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSocketPath, connectQmp, isNotListening } from '../../../src/lab/qemu/qmp.ts';
import { encodeQmpCommand, parseQmpMessage, QmpDecoder } from '../../../src/lab/qemu/qmp-messages.ts';

const greeting = '{"QMP": {"version": {}, "capabilities": ["oob"]}}\r\n';

describe('lab/qemu/qmp-messages', () => {
  it('finds the same messages however the bytes are cut', () => {
    const stream = Buffer.from(
      `${greeting}{"return": {"name": "Zoë 🐧"}, "id": "hnf-1"}\n{"event": "SHUTDOWN", "data": {"guest": true}}\n`,
    );
    const whole = new QmpDecoder().push(stream);
    expect(whole.map((message) => message.kind)).toEqual(['greeting', 'answer', 'event']);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const decoder = new QmpDecoder();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const parts = edges.slice(1).flatMap((end, index) => decoder.push(stream.subarray(edges[index], end)));
        expect(parts).toEqual(whole);
      }),
    );
  });

  it('keeps QEMU’s words of an error', () => {
    const message = parseQmpMessage('{"error": {"class": "GenericError", "desc": "no such disk"}, "id": "x"}');
    expect(message).toEqual({ kind: 'error', id: 'x', class: 'GenericError', description: 'no such disk' });
  });

  it.each(['hello', '[]', 'null', '{"something": 1}', '{"error": null}'])('refuses %s', (line) => {
    expect(() => parseQmpMessage(line)).toThrow('QMP: not a message');
  });

  it('does not collect a line without an end for ever', () => {
    const decoder = new QmpDecoder();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    expect(() => {
      for (let count = 0; count < 20; count += 1) decoder.push(chunk);
    }).toThrow('a line without an end');
  });

  it('writes one line per command', () => {
    expect(encodeQmpCommand('a', 'quit', undefined)).toBe('{"execute":"quit","id":"a"}\n');
    expect(encodeQmpCommand('a', 'device_del', { id: 'x\ny' })).toBe(
      '{"execute":"device_del","id":"a","arguments":{"id":"x\\ny"}}\n',
    );
  });
});

/** A peer for fault paths; the real one is QEMU, in test/integration/lab. */
describe('lab/qemu/qmp', () => {
  let folder: string;
  let path: string;
  let server: Server | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hnf-qmp-'));
    path = join(folder, 'qmp');
  });
  afterEach(async () => {
    server?.close();
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  function listen(answer: (command: { execute: string; id: string }, socket: Socket) => void): Promise<void> {
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(greeting);
      socket.on('data', (data) => {
        for (const line of String(data).trim().split('\n')) answer(JSON.parse(line), socket);
      });
    });
    return new Promise((resolve) => server?.listen(path, resolve));
  }

  const agree = (command: { execute: string; id: string }, socket: Socket) =>
    socket.write(`${JSON.stringify({ return: { did: command.execute }, id: command.id })}\n`);

  it('shakes hands, runs commands and collects events', async () => {
    await listen((command, socket) => {
      socket.write('{"event": "RESUME", "timestamp": {}}\n');
      agree(command, socket);
    });
    const qmp = await connectQmp(path, 2000);
    expect(await Promise.all([qmp.execute('cont'), qmp.execute('stop')])).toEqual([{ did: 'cont' }, { did: 'stop' }]);
    expect(qmp.events()).toContain('RESUME');
    qmp.close();
  });

  it('gives QEMU’s refusal as an error', async () => {
    await listen((command, socket) => {
      if (command.execute === 'qmp_capabilities') agree(command, socket);
      else
        socket.write(`{"error": {"class": "DeviceNotFound", "desc": "Device 'x' not found"}, "id": "${command.id}"}\n`);
    });
    const qmp = await connectQmp(path, 2000);
    await expect(qmp.execute('device_del', { id: 'x' })).rejects.toMatchObject({
      code: 'exec.failed',
      message: "QMP: DeviceNotFound: Device 'x' not found",
    });
    qmp.close();
  });

  it('does not wait for ever for an answer', async () => {
    await listen((command, socket) => {
      if (command.execute === 'qmp_capabilities') agree(command, socket);
    });
    const qmp = await connectQmp(path, 2000);
    await expect(qmp.execute('query-status', undefined, 50)).rejects.toMatchObject({ code: 'exec.timeout' });
    qmp.close();
  });

  it('ends what is waiting when the peer goes away or talks nonsense', async () => {
    await listen((command, socket) => {
      if (command.execute === 'qmp_capabilities') agree(command, socket);
      else if (command.execute === 'quit') socket.destroy();
      else socket.write('nonsense\n');
    });
    const first = await connectQmp(path, 2000);
    await expect(first.execute('quit')).rejects.toThrow('closed the connection');
    await expect(first.execute('cont')).rejects.toThrow('closed the connection');
    const second = await connectQmp(path, 2000);
    await expect(second.execute('cont')).rejects.toThrow("not a message: 'nonsense'");
  });

  it('tells a socket that is not there yet from other errors', async () => {
    const error: unknown = await connectQmp(path, 100).catch((cause: unknown) => cause);
    expect(isNotListening(error)).toBe(true);
    expect(isNotListening(new Error('x'))).toBe(false);
    expect(() => checkSocketPath(`/tmp/${'x'.repeat(120)}`)).toThrow('a socket');
  });
});
