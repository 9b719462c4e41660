import { type Result, SeededRandom, VirtualClock, ok, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { DriverFailure } from '../contract.ts';
import { ScriptedStream, drive, elapse, scriptedStart } from '../scripted/stream.ts';
import { Line } from './line.ts';
import { type FrameMatcher, type LineSettings, type Reply, type Transaction, lineLimits, nothingSeen } from './transaction.ts';

/** A toy protocol: 0x68, station, value. The line must not care. */
const toyMatcher =
  (station: number): FrameMatcher<number> =>
  (buffer) => {
    let seen = nothingSeen;
    for (let at = 0; at < buffer.length; at++) {
      if (buffer[at] !== 0x68) seen = { ...seen, noiseBytes: seen.noiseBytes + 1 };
      else if (buffer.length < at + 3) return { kind: 'wait', used: at, seen };
      else if (buffer[at + 1] === station) return { kind: 'reply', used: at + 3, seen, value: buffer[at + 2] ?? 0 };
      else {
        seen = { ...seen, wrongSlave: seen.wrongSlave + 1 };
        at += 2;
      }
    }
    return { kind: 'wait', used: buffer.length, seen };
  };

const frame = (station: number, value: number): Uint8Array => Uint8Array.of(0x68, station, value);

interface Bench {
  readonly line: Line;
  readonly clock: VirtualClock;
  readonly streams: ScriptedStream[];
  refuse: boolean;
  ask(station: number, over?: Partial<Transaction<number>>, signal?: AbortSignal): Promise<Result<Reply<number>, DriverFailure>>;
}

/** `delays`: per request in order, ms until the reply with value = number of the request; undefined: silence. */
function bench(delays: readonly (number | undefined)[], settings: Partial<LineSettings> = {}): Bench {
  const clock = new VirtualClock(scriptedStart);
  const streams: ScriptedStream[] = [];
  const line = new Line('toy', { clock, random: new SeededRandom(7), log: silentLogger });
  let asked = 0;
  const whole: LineSettings = {
    name: 'a',
    charMs: 1,
    gapMs: 5,
    framing: 'wire',
    reopenAfterSilent: undefined,
    open: () => {
      if (result.refuse) return Promise.resolve({ ok: false, error: { kind: 'unreachable', detail: 'ECONNREFUSED' } });
      const stream = new ScriptedStream((written, self) => {
        const delay = delays[asked];
        asked++;
        const value = asked;
        if (delay !== undefined) clock.after(delay, () => self.feed(frame(written[1] ?? 0, value)));
      });
      streams.push(stream);
      return Promise.resolve(ok(stream));
    },
    ...settings,
  };
  const result: Bench = {
    line,
    clock,
    streams,
    refuse: false,
    ask: (station, over = {}, signal) =>
      line.run(
        {
          settings: whole,
          station: String(station),
          request: frame(station, 0),
          replyBytesMax: 3,
          match: toyMatcher(station),
          replyTimeoutMs: 100,
          deadlineMs: 5_000,
          restMs: 100,
          ...over,
        },
        signal,
      ),
  };
  return result;
}

const value = (result: Result<Reply<number>, DriverFailure>): number | string =>
  result.ok ? result.value.value : result.error.kind;

describe('line', () => {
  test('serves one request at a time in the order they came, a quiet gap before each', async () => {
    const { ask, clock, streams, line } = bench([20, 20, 20]);
    const answers = await drive(clock, Promise.all([ask(1), ask(2), ask(3)]));
    expect(answers.map(value)).toEqual([1, 2, 3]);
    expect(streams.length).toBe(1);
    // gap, exchange, gap, exchange, gap, exchange: not a millisecond more
    expect(clock.mono()).toBe(3 * (5 + 20));
    expect(line.counters).toMatchObject({ requests: 3, replies: 3, timeouts: 0, busyMs: 60 });
  });

  test('a time-out leaves the station at rest, serves others meanwhile, and a late reply answers nobody', async () => {
    // The first reply comes 150 ms after the send: 44 ms after the time-out, while station 1 still rests.
    const { ask, clock, line } = bench([150, 10, 10]);
    const first = ask(1);
    const again = first.then(() => ask(1));
    const other = first.then(() => ask(2));
    expect((await drive(clock, Promise.all([first, other, again]))).map(value)).toEqual(['timeout', 2, 3]);
    expect(line.counters).toMatchObject({ timeouts: 1, lateFrames: 1, replies: 2, noiseBytes: 0 });
  });

  test('a station that stays silent while it rests is asked again after the rest', async () => {
    const { ask, clock } = bench([undefined, 10]);
    const first = ask(1);
    const again = first.then(() => ask(1));
    expect((await drive(clock, Promise.all([first, again]))).map(value)).toEqual(['timeout', 2]);
    expect(clock.mono()).toBe(5 + 106 + 100 + 10);
  });

  test('a frame of another station leaves the timer of the request as it is', async () => {
    const { ask, clock, streams, line } = bench([undefined]);
    const asked = ask(1);
    await elapse(clock, 60);
    streams[0]?.feed(frame(9, 1));
    expect(value(await drive(clock, asked))).toBe('timeout');
    expect(clock.mono()).toBe(5 + 106);
    expect(line.counters.wrongSlave).toBe(1);
  });

  test('does not send into a line that is not quiet', async () => {
    const { ask, clock, streams, line } = bench([10, 10]);
    await drive(clock, ask(1));
    for (let i = 0; i < 10; i++) clock.after(3 * i, () => streams[0]?.feed(Uint8Array.of(0xff)));
    const asked = ask(1);
    await elapse(clock, 27);
    expect(streams[0]?.sent.length).toBe(1);
    expect(value(await drive(clock, asked))).toBe(2);
    expect(line.counters.noiseBytes).toBe(10);
  });

  test('refuses the request beyond the limit of the queue', async () => {
    const { ask, line } = bench([undefined]);
    const inLine = Array.from({ length: lineLimits.queueMax }, (_, index) => ask(index));
    expect(await ask(1)).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    await line.close();
    expect((await Promise.all(inLine)).map(value)).toEqual(inLine.map(() => 'closed'));
  });

  test('a request that waited too long is not sent and is not the fault of its station', async () => {
    const { ask, clock, streams } = bench([undefined, 10]);
    const [, late] = await drive(clock, Promise.all([ask(1), ask(2, { deadlineMs: 150 })]));
    expect(late).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    expect(streams[0]?.sent.length).toBe(1);
  });

  test('a lost stream fails the running request, waiting ones are served by the next stream', async () => {
    const { ask, clock, streams, line } = bench([undefined, 10]);
    const asked = [ask(1), ask(2)] as const;
    await elapse(clock, 20);
    streams[0]?.reset();
    expect((await drive(clock, Promise.all(asked))).map(value)).toEqual(['unreachable', 2]);
    expect(streams.length).toBe(2);
    expect(line.counters.replies).toBe(1);
  });

  test('attempts to open back off and fail at once when the next comes too late', async () => {
    const its = bench([10]);
    its.refuse = true;
    const kinds: (number | string)[] = [];
    for (let i = 0; i < 8; i++) kinds.push(value(await drive(its.clock, its.ask(1, { deadlineMs: 1_000 }))));
    expect(kinds).toEqual(kinds.map(() => 'unreachable'));
    expect(its.clock.mono()).toBeLessThan(8_000);
    its.refuse = false;
    await elapse(its.clock, 30_000);
    expect(value(await drive(its.clock, its.ask(1)))).toBe(1);
  });

  test('opens anew after silence where the stream may be half dead', async () => {
    const { ask, clock, streams } = bench([undefined, undefined, 10], { reopenAfterSilent: 2 });
    for (let i = 0; i < 2; i++) expect(value(await drive(clock, ask(1)))).toBe('timeout');
    expect(streams[0]?.closed).toBe(true);
    expect(value(await drive(clock, ask(1)))).toBe(3);
    expect(streams.length).toBe(2);
  });

  test('other settings on the same wire open the stream anew', async () => {
    const { ask, clock, streams, line } = bench([10, 10, 10]);
    await drive(clock, ask(1));
    const slow: LineSettings = {
      name: 'slow',
      charMs: 4,
      gapMs: 16,
      framing: 'wire',
      reopenAfterSilent: undefined,
      open: () => {
        const stream = new ScriptedStream((_, self) => void clock.after(30, () => self.feed(frame(1, 42))));
        streams.push(stream);
        return Promise.resolve(ok(stream));
      },
    };
    expect(value(await drive(clock, ask(1, { settings: slow })))).toBe(42);
    expect(streams.map((stream) => stream.closed)).toEqual([true, false]);
    expect(line.counters.replies).toBe(2);
  });

  test('an abort settles at once, in the queue and on the wire, and the line goes on', async () => {
    const { ask, clock } = bench([50, 10]);
    const controller = new AbortController();
    const asked = [ask(1, {}, controller.signal), ask(2, {}, controller.signal), ask(3)] as const;
    await elapse(clock, 10);
    controller.abort();
    expect((await Promise.all(asked.slice(0, 2))).map(value)).toEqual(['closed', 'closed']);
    expect(clock.mono()).toBe(10);
    expect(value(await drive(clock, asked[2]))).toBe(2);
  });

  test('closing settles everything, twice is fine, and nothing is taken afterwards', async () => {
    const { ask, clock, line, streams } = bench([undefined]);
    const asked = [ask(1), ask(2)];
    await elapse(clock, 10);
    await Promise.all([line.close(), line.close()]);
    expect((await Promise.all(asked)).map(value)).toEqual(['closed', 'closed']);
    expect(value(await ask(3))).toBe('closed');
    expect(streams[0]?.closed).toBe(true);
    expect(clock.nextDueMs()).toBeUndefined();
  });
});

describe('two settings on one line', () => {
  test('a port that can is set to the other rate while it stays open, and the quiet gap after it is the new one', async () => {
    const { ask, clock, streams, line } = bench([10, 10, 10]);
    const retuned: string[] = [];
    const slow: Partial<LineSettings> = {
      name: 'b',
      gapMs: 30,
      retune: () => {
        retuned.push('b');
        return Promise.resolve(ok(undefined));
      },
    };
    expect(value(await drive(clock, ask(1)))).toBe(1);
    const settings = { charMs: 1, framing: 'wire', reopenAfterSilent: undefined, open: never, ...slow } as LineSettings;
    expect(value(await drive(clock, ask(2, { settings })))).toBe(2);
    expect(clock.mono()).toBe(5 + 10 + 30 + 10);
    expect(value(await drive(clock, ask(2, { settings })))).toBe(3);
    expect({ retuned, streams: streams.length, retunes: line.counters.retunes }).toEqual({
      retuned: ['b'],
      streams: 1,
      retunes: 1,
    });
  });

  test('a port that cannot is closed and opened anew', async () => {
    const { ask, clock, streams, line } = bench([10, 10]);
    expect(value(await drive(clock, ask(1)))).toBe(1);
    const stream = new ScriptedStream((written, self) => self.feed(frame(written[1] ?? 0, 77)));
    const settings: LineSettings = {
      name: 'b',
      charMs: 1,
      gapMs: 5,
      framing: 'wire',
      reopenAfterSilent: undefined,
      open: () => Promise.resolve(ok(stream)),
      retune: () => Promise.resolve({ ok: false, error: { kind: 'unsupported', detail: 'parity' } }),
    };
    expect(value(await drive(clock, ask(2, { settings })))).toBe(77);
    expect(streams[0]?.closed).toBe(true);
    expect(line.counters).toMatchObject({ retunes: 1, replies: 2 });
  });
});

const never = (): Promise<never> => Promise.reject(new Error('opened anew'));
