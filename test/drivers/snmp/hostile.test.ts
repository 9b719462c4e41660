/** What comes back from the network may be anything: the decoders and the SNMP door outlive it, and every question ends. */
import { createSocket, type Socket } from 'node:dgram';
import { intBetween, pick, SeededRandom } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { fuzzDecoder, slowMs } from '../../fuzz/fuzz.ts';
import { io } from './bench.ts';

describe.each(['snmp-walk', 'ping'])('decoder %s', (name) => {
  test('20,000 changed vectors and pieces of garbage', async () => {
    const report = await fuzzDecoder(name, 20_000);
    expect(report.seeds).toBeGreaterThanOrEqual(4);
    expect(report.crashes).toEqual([]);
    expect(report.invented).toBe(0);
    expect(report.garbage).toBeGreaterThan(500);
    expect(report.slowestMs).toBeLessThan(slowMs);
  });
});

const sockets: Socket[] = [];
afterEach(() => {
  for (const each of sockets.splice(0)) each.close();
});

/** A peer that answers each question with what `answer` makes of it. */
function peer(answer: (question: Uint8Array) => readonly Uint8Array[]): Promise<number> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (question, from) => {
    for (const each of answer(question)) socket.send(each, from.port, from.address);
  });
  return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket.address().port)));
}

/** A sound reply to a GET of v2c by changing its PDU: the same ids, null values. */
function reply(question: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(question);
  const at = bytes.findIndex((byte) => byte === 0xa0 || byte === 0xa5);
  if (at >= 0) bytes[at] = 0xa2;
  return bytes;
}

const random = new SeededRandom(20_261_123);
const garbage = (length: number): Uint8Array => Uint8Array.from({ length }, () => intBetween(random, 0, 255));

function changed(bytes: Uint8Array): Uint8Array {
  let out = Uint8Array.from(bytes);
  for (let times = intBetween(random, 1, 4); times > 0; times--) {
    const at = intBetween(random, 0, Math.max(0, out.length - 1));
    const kind = intBetween(random, 0, 3);
    if (kind === 0) out[at] = intBetween(random, 0, 255);
    else if (kind === 1) out = out.subarray(0, at);
    else if (kind === 2) out[at] = pick(random, [0, 0x80, 0x84, 0xff, 0x7f, 0xa8, 0x46, 0x82]);
    else out = Uint8Array.from([...out.subarray(0, at), ...garbage(3), ...out.subarray(at)]);
  }
  return out;
}

describe('replies', () => {
  const makers: readonly (readonly [string, (question: Uint8Array) => readonly Uint8Array[]])[] = [
    ['garbage', () => [garbage(intBetween(random, 0, 200))]],
    ['the question itself', (question) => [question]],
    ['a changed reply', (question) => [changed(reply(question))]],
    ['three at once', (question) => [changed(reply(question)), garbage(20), reply(question)]],
    ['a report', (question) => [question.map((byte) => (byte === 0xa0 ? 0xa8 : byte))]],
    ['a long one', () => [garbage(9_000)]],
  ];
  test.each(makers)('%s: 150 questions of v2c end, and the process lives', async (_, make) => {
    const port = await peer(make);
    const opened = await io.openSnmp({
      host: '127.0.0.1',
      port,
      access: { version: '2c', community: 'x' },
      timeoutMs: 15,
      retries: 0,
    });
    if (!opened.ok) throw new Error('a peer');
    let ended = 0;
    for (let at = 0; at < 150; at++) {
      const answer =
        at % 2 === 0 ? await opened.value.get(['1.3.6.1.2.1.1.3.0']) : await opened.value.bulk('1.3.6.1.2.1.2.2.1.8', 10);
      if (answer.ok || answer.error.kind !== 'closed') ended++;
    }
    opened.value.close();
    expect(ended).toBe(150);
  });

  test('100 questions of v3 to a peer that is mad', async () => {
    const port = await peer((question) => [changed(question.map((byte) => (byte === 0xa0 ? 0xa8 : byte)))]);
    const access = { version: '3', user: 'x', auth: { protocol: 'sha', key: 'auth-key-of-the-test' } } as const;
    const opened = await io.openSnmp({ host: '127.0.0.1', port, access, timeoutMs: 15, retries: 0 });
    if (!opened.ok) throw new Error('a peer');
    let failed = 0;
    for (let at = 0; at < 100; at++) if (!(await opened.value.get(['1.3.6.1.2.1.1.3.0'])).ok) failed++;
    opened.value.close();
    expect(failed).toBe(100);
  });

  test('a reply with a version-3 header to a session of v2c does not throw out of the socket', async () => {
    const port = await peer((question) => {
      const id = question.indexOf(0xa0);
      const requestId = question.subarray(id + 2, id + 2 + 2 + (question[id + 3] ?? 0));
      // SEQUENCE { version 3, header { msgID = request id, size, flags auth, model }, security parameters, data }
      const header = [0x30, requestId.length + 9, ...requestId, 0x02, 0x01, 0x64, 0x04, 0x01, 0x01, 0x02, 0x01, 0x03];
      const security = [
        0x04, 0x10, 0x30, 0x0e, 0x04, 0x00, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00, 0x04, 0x00,
      ];
      const data = [
        0x30, 0x11, 0x04, 0x00, 0x04, 0x00, 0xa2, 0x0b, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x00,
      ];
      const body = [0x02, 0x01, 0x03, ...header, ...security, ...data];
      return [Uint8Array.from([0x30, body.length, ...body])];
    });
    const opened = await io.openSnmp({
      host: '127.0.0.1',
      port,
      access: { version: '2c', community: 'x' },
      timeoutMs: 100,
      retries: 0,
    });
    if (!opened.ok) throw new Error('a peer');
    for (let at = 0; at < 5; at++) expect((await opened.value.get(['1.3.6.1.2.1.1.3.0'])).ok).toBe(false);
    opened.value.close();
  });

  test('datagrams of another host are not heard', async () => {
    const stranger = createSocket('udp4');
    sockets.push(stranger);
    await new Promise<void>((resolve) => stranger.bind(0, '127.0.0.9', resolve));
    const device = createSocket('udp4');
    sockets.push(device);
    device.on('message', (question, from) => stranger.send(reply(question), from.port, from.address));
    const port = await new Promise<number>((resolve) => device.bind(0, '127.0.0.1', () => resolve(device.address().port)));
    const opened = await io.openSnmp({
      host: '127.0.0.1',
      port,
      access: { version: '2c', community: 'x' },
      timeoutMs: 150,
      retries: 0,
    });
    if (!opened.ok) throw new Error('a peer');
    expect(await opened.value.get(['1.3.6.1.2.1.1.3.0'])).toMatchObject({ ok: false, error: { kind: 'timeout' } });
    opened.value.close();
  });
  test('visits every maker', () => expect(makers).toHaveLength(6));
});

test('keys that v3 cannot take, and names instead of addresses, are refused before a socket is opened', async () => {
  const auth = { protocol: 'sha', key: 'seven-7' } as const;
  const target = { host: '127.0.0.1', port: 161, timeoutMs: 100, retries: 0 };
  expect(await io.openSnmp({ ...target, access: { version: '3', user: 'x', auth } })).toMatchObject({
    ok: false,
    error: { kind: 'unsupported' },
  });
  const named = { ...target, host: 'localhost', access: { version: '2c', community: 'x' } as const };
  expect(await io.openSnmp(named)).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
});
