import { type Result, SeededRandom, VirtualClock, ok, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { DriverFailure, DriverIo, ProgramCall, ProgramOutput } from '../contract.ts';
import { LinePool } from '../line/pool.ts';
import { closedDoors, drive, scriptedStart } from '../scripted/index.ts';
import { Bursts, burstLimits } from './bursts.ts';
import { PingConnection } from './connection.ts';
import { PingProfile } from './model.ts';
import { parseFping, parsePing } from './parse.core.ts';
import { pingPoll } from './session.ts';
import { statsOf } from './stats.core.ts';

const plan = { periodMs: 30_000, count: 2, gapMs: 200, waitMs: 1_000 };

function world(run: (call: ProgramCall) => ProgramOutput) {
  const clock = new VirtualClock(scriptedStart);
  const calls: ProgramCall[] = [];
  const runProgram = (call: ProgramCall): Promise<Result<ProgramOutput, DriverFailure>> => {
    calls.push(call);
    return Promise.resolve(ok(run(call)));
  };
  const io: DriverIo = { ...closedDoors, clock, log: silentLogger, runProgram };
  return { clock, calls, io };
}

const hostsOf = ({ words }: ProgramCall): readonly string[] => words.slice(words.indexOf('--') + 1);
const all = (call: ProgramCall): ProgramOutput => ({
  code: 0,
  stdout: '',
  stderr: hostsOf(call)
    .map((host) => `${host} : 9.00 1.00 2.00`)
    .join('\n'),
});

describe('measures', () => {
  const rows: readonly (readonly [string, readonly (number | undefined)[], Readonly<Record<string, unknown>>])[] = [
    ['nothing sent', [], { sent: 0, received: 0, lossPct: 0 }],
    ['all lost', [undefined, undefined], { sent: 2, received: 0, lossPct: 100 }],
    ['one', [4], { lossPct: 0, minMs: 4, medianMs: 4, p95Ms: 4, maxMs: 4, mdevMs: 0 }],
    ['jitter over the neighbours that both came back', [1, 3, undefined, 9, 8], { lossPct: 20, jitterMs: 1.5, medianMs: 5.5 }],
    ['no neighbours', [1, undefined, 3], { received: 2, medianMs: 2 }],
  ];
  test.each(rows)('%s', (_, rtts, expected) => {
    const stats = statsOf(rtts);
    expect(stats).toMatchObject(expected);
    if (!('jitterMs' in expected)) expect(stats.jitterMs).toBeUndefined();
  });
  test('visits every row', () => expect(rows).toHaveLength(5));
});

describe('output', () => {
  const head = 'PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.\n';
  const rows: readonly (readonly [string, string, readonly (number | undefined)[] | undefined])[] = [
    ['cut before the statistics', `${head}64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=1.0 ms\n`, undefined],
    [
      'a sequence that was not sent',
      `${head}64 bytes from 10.0.0.1: icmp_seq=9 ttl=64 time=1 ms\n1 packets transmitted, 1 received\n`,
      undefined,
    ],
    ['counts that differ', `${head}2 packets transmitted, 1 received\n`, undefined],
    ['nothing sent', `${head}0 packets transmitted, 0 received\n`, undefined],
    ['all lost', `${head}2 packets transmitted, 0 received, 100% packet loss\n`, [undefined, undefined]],
    [
      'busybox, counting from 0',
      'PING 10.0.0.1 (10.0.0.1): 56 data bytes\n64 bytes from 10.0.0.1: seq=0 ttl=64 time=0.1 ms\n64 bytes from 10.0.0.1: seq=1 ttl=64 time=0.2 ms\n2 packets transmitted, 2 packets received, 0% packet loss\n',
      [0.1, 0.2],
    ],
  ];
  test.each(rows)('of ping: %s', (_, text, rtts) => expect(parsePing(text)?.rtts).toEqual(rtts));

  const fping: readonly (readonly [string, string, unknown])[] = [
    [
      'two hosts and talk',
      'ICMP Time Exceeded from 10.0.0.9\n10.0.0.1 : 1.0 -\n::1     : - -\n',
      [
        { host: '10.0.0.1', rtts: [1, undefined] },
        { host: '::1', rtts: [undefined, undefined] },
      ],
    ],
    ['a time that is none', '10.0.0.1 : 1.0 2..0\n', undefined],
    ['nothing', '', undefined],
  ];
  test.each(fping)('of fping: %s', (_, text, expected) => expect(parseFping(text)).toEqual(expected));
  test('visits every row', () => expect([rows.length, fping.length]).toEqual([6, 3]));
});

describe('bursts', () => {
  test('hosts that are due together share a call, up to the limit', async () => {
    const { clock, calls, io } = world(all);
    const bursts = new Bursts();
    const hosts = Array.from({ length: burstLimits.hostsPerCall + 1 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    const outcomes = await drive(clock, Promise.all(hosts.map((host) => bursts.burst(host, 'auto', plan, io))));
    expect(calls.map((call) => hostsOf(call).length)).toEqual([burstLimits.hostsPerCall, 1]);
    expect(outcomes.every((outcome) => outcome.ok && outcome.value.length === 3)).toBe(true);
  });

  test('other plans and later times are other calls', async () => {
    const { clock, calls, io } = world(all);
    const bursts = new Bursts();
    const other = { ...plan, gapMs: 300 };
    await drive(clock, Promise.all([bursts.burst('10.0.0.1', 'fping', plan, io), bursts.burst('10.0.0.2', 'fping', other, io)]));
    await drive(clock, bursts.burst('10.0.0.1', 'fping', plan, io));
    expect(calls.map((call) => hostsOf(call).join())).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.1']);
  });

  test('one that lacks the right to send gives way to ping, eight at once', async () => {
    let running = 0;
    let most = 0;
    const { clock, calls, io } = world(() => ({ code: 4, stdout: '', stderr: "fping: can't create raw socket" }));
    const slow: DriverIo = {
      ...io,
      runProgram: async (call) => {
        if (call.program === 'fping') return io.runProgram(call);
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => void clock.after(1_000, resolve));
        running--;
        return ok({
          code: 0,
          stdout: `PING ${hostsOf(call)[0]} (${hostsOf(call)[0]})\n3 packets transmitted, 0 received\n`,
          stderr: '',
        });
      },
    };
    const bursts = new Bursts();
    const hosts = Array.from({ length: 20 }, (_, at) => `10.0.0.${at}`);
    const outcomes = await drive(clock, Promise.all(hosts.map((host) => bursts.burst(host, 'auto', plan, slow))));
    expect(outcomes.filter(({ ok: fine }) => fine)).toHaveLength(20);
    expect([most, calls.length]).toEqual([burstLimits.pings, 1]);
  });
});

describe('a serial server', () => {
  test('is never connected to while a line of ours runs there', async () => {
    const { clock, io } = world(all);
    let connects = 0;
    const counted: DriverIo = {
      ...io,
      openTcp: () => {
        connects++;
        return Promise.resolve({ ok: false, error: { kind: 'unreachable', detail: 'ECONNREFUSED' } } as const);
      },
    };
    const lines = new LinePool(new SeededRandom(1));
    const profile = PingProfile.parse({
      profile: 'ping/test/host',
      version: 1,
      protocol: 'ping',
      title: { zh: 't', en: 't' },
      kind: 'network',
      source: 't',
      tasks: { burst: plan },
      points: [{ name: 'tcp', label: { zh: 't', en: 't' }, measure: 'tcp' }],
    });
    const connection = PingConnection.parse({ kind: 'ping', host: '10.0.0.7', tcpPort: 4_001 });
    const poll = pingPoll(connection, profile, { bursts: new Bursts(), lines }, counted);
    const ask = async () => {
      const observed = await drive(clock, poll.run('burst', new AbortController().signal));
      return observed.ok && observed.value.readings[0]?.raw;
    };
    const share = lines.share('tcp:10.0.0.7:4001', counted);
    expect(await ask()).toBe(3);
    expect(connects).toBe(0);
    await share.release();
    expect(await ask()).toBe(2);
    expect(connects).toBe(1);
  });
});
