/** The doors to programs of the system and to UDP, on this machine. */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { createDriverIo } from '@cardwatch/drivers/io';
import { silentLogger } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '../real-clock.ts';

const io = createDriverIo({ clock: realClock, log: silentLogger });
const installed = (program: string): boolean => spawnSync(program, ['-h'], { timeout: 5_000 }).error === undefined;
const hasPing = installed('ping');
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const limits = { deadlineMs: 5_000, outputBytesMax: 64 * 1_024 };

describe('programs', () => {
  const refused: readonly (readonly [string, readonly string[]])[] = [
    ['a name behind --', ['-c', '1', '--', 'localhost']],
    ['an option behind --', ['-c', '1', '--', '-f']],
    ['words of a shell', ['-c', '1;id', '--', '127.0.0.1']],
    ['a path', ['-c', '/etc/passwd']],
    ['nothing', ['']],
    ['an address with a zone', ['--', 'fe80::1%eth0;x']],
  ];
  test.each(refused)('gets no %s', async (_, words) => {
    expect(await io.runProgram({ program: 'ping', words, ...limits })).toMatchObject({
      ok: false,
      error: { kind: 'unsupported' },
    });
  });
  test('visited every word', () => expect(refused).toHaveLength(6));

  describe.skipIf(!hasPing)('ping of this machine (needs iputils-ping)', () => {
    test('an output and its code', async () => {
      const ran = await io.runProgram({ program: 'ping', words: ['-n', '-c', '1', '-W', '1', '--', '127.0.0.1'], ...limits });
      expect(ran).toMatchObject({ ok: true, value: { stderr: '' } });
      expect(ran.ok && ran.value.stdout).toContain('1 packets transmitted');
    });

    test('ends after the deadline', async () => {
      const before = performance.now();
      const ran = await io.runProgram({
        program: 'ping',
        words: ['-n', '-c', '50', '--', '127.0.0.1'],
        ...limits,
        deadlineMs: 300,
      });
      expect(ran).toEqual({ ok: false, error: { kind: 'timeout', afterMs: 300 } });
      expect(performance.now() - before).toBeLessThan(3_000);
    });

    test('says too much', async () => {
      const ran = await io.runProgram({
        program: 'ping',
        words: ['-n', '-c', '1', '--', '127.0.0.1'],
        ...limits,
        outputBytesMax: 16,
      });
      expect(ran).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    });
  });

  test('what is not installed is told so', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    const ran = await io.runProgram({ program: 'no-such-program' as 'ping', words: [], ...limits });
    process.env['PATH'] = path;
    expect(ran).toEqual({ ok: false, error: { kind: 'unsupported', detail: 'no-such-program is not installed' } });
  });
});

describe('UDP', () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });

  async function socket(target: Parameters<typeof io.openUdp>[0] = { bind: '127.0.0.1' }) {
    const opened = await io.openUdp(target);
    if (!opened.ok) throw new Error('a socket');
    open.push(opened.value);
    return opened.value;
  }

  test('sends and hears, and knows from whom', async () => {
    const echo = createSocket('udp4');
    echo.on('message', (bytes, from) => echo.send(bytes, from.port, from.address));
    const port = await new Promise<number>((resolve) => echo.bind(0, '127.0.0.1', () => resolve(echo.address().port)));
    const ours = await socket();
    const heard = new Promise((resolve) => ours.onMessage((bytes, from) => resolve([bytes.length, from])));
    expect(await ours.send(new Uint8Array([1, 2, 3]), '127.0.0.1', port)).toEqual({ ok: true, value: undefined });
    expect(await heard).toEqual([3, { host: '127.0.0.1', port }]);
    echo.close();
  });

  test('a closed socket sends nothing, and is closed twice', async () => {
    const ours = await socket();
    ours.close();
    ours.close();
    expect(await ours.send(new Uint8Array([1]), '127.0.0.1', 9)).toMatchObject({ ok: false, error: { kind: 'closed' } });
  });

  test('an address of another machine, an interface that is none, a datagram that is too long', async () => {
    expect(await io.openUdp({ bind: '203.0.113.9' })).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    expect(await io.openUdp({ multicastInterface: 'nonsense' })).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    const ours = await socket();
    expect(await ours.send(new Uint8Array(70_000), '127.0.0.1', 9)).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
  });

  test.skipIf(!hasIpv6)('IPv6 (skipped where the machine has none)', async () => {
    const one = await socket({ bind: '::1' });
    expect(await one.send(new Uint8Array([1]), '::1', 9)).toMatchObject({ ok: true });
  });
});
