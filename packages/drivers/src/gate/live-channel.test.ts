import { type Result, SeededRandom, VirtualClock, epochMs, err, ok, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { DriverFailure, HttpStream, NotTaken, Observation } from '../contract.ts';
import { closedDoors } from '../scripted/closed-doors.ts';
import { elapse, scriptedStart } from '../scripted/stream.ts';
import { type GateEvent, Intake } from './intake.ts';
import { LiveChannel, type LiveItem, channelLimits } from './live-channel.ts';

const times = { silentAfterMs: 90_000, reconnectMs: 1_000, healthyMs: 120_000, pollMs: 30_000 };

/** A stream in a test's hand: each line of text is an item: a number is an event, `.` a heartbeat, `?` nonsense; a text without a line end is no part yet. */
class Stream implements HttpStream {
  readonly status = 200;
  readonly headers = {};
  closed = false;
  #onData: (bytes: Uint8Array) => void = () => {};
  #onClose: (reason: string) => void = () => {};
  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }
  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
  }
  feed(text: string): void {
    if (!this.closed) this.#onData(new TextEncoder().encode(text));
  }
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#onClose('closed');
  }
}

const eventOf = (no: number): GateEvent => {
  const observedAt = epochMs(scriptedStart + no * 1_000);
  return {
    eventNo: no,
    observedAt,
    replayed: false,
    event: { type: 'door', point: 'lock', state: 'x', eventNo: no, observedText: String(no), observedAt },
  };
};

function itemOf(line: string): LiveItem {
  if (line === '.') return { events: [], discardedParts: 0 };
  if (line === '?') return { events: [], discardedParts: 0, broken: 'nonsense' };
  return { events: [eventOf(Number(line))], discardedParts: 0 };
}

function world(options: { readonly log?: 'none' | 'slow'; readonly open?: (attempt: number) => DriverFailure | undefined } = {}) {
  const clock = new VirtualClock(scriptedStart);
  const streams: Stream[] = [];
  const attemptsAt: number[] = [];
  const taken: number[] = [];
  const failures: string[] = [];
  const held: { reads: number; log: number[]; pausedMs: number } = { reads: 0, log: [], pausedMs: 0 };
  const take = ({ events }: Observation): Promise<Result<void, NotTaken>> => {
    for (const { eventNo } of events ?? []) taken.push(eventNo ?? -1);
    return Promise.resolve(ok(undefined));
  };
  const sink = { take, failed: ({ kind }: DriverFailure) => void failures.push(kind) };
  const backlog = async () => {
    held.reads++;
    if (options.log === 'slow') await new Promise<void>((resolve) => void clock.after(5_000, resolve));
    return ok(held.log.map(eventOf));
  };
  const intake = new Intake({ sink, resume: () => undefined, backlog: options.log === 'none' ? undefined : backlog });
  const channel = new LiveChannel({
    open: () => {
      attemptsAt.push(clock.mono());
      const failure = options.open?.(attemptsAt.length);
      if (failure !== undefined) return Promise.resolve(err(failure));
      const stream = new Stream();
      streams.push(stream);
      return Promise.resolve(ok(stream));
    },
    decoder: () => {
      let rest = '';
      const feed = (bytes: Uint8Array): readonly LiveItem[] => {
        const lines = (rest + new TextDecoder().decode(bytes)).split('\n');
        rest = lines.pop() ?? '';
        return lines.map(itemOf);
      };
      return { feed, end: () => (rest === '' ? [] : [itemOf('?')]) };
    },
    pausedForMs: () => held.pausedMs,
    intake,
    sink,
    io: { ...closedDoors, clock, log: silentLogger },
    random: new SeededRandom(1),
    times,
  });
  return { clock, streams, attemptsAt, taken, failures, held, channel };
}

const down: DriverFailure = { kind: 'unreachable', detail: 'ECONNREFUSED' };

describe('live channel', () => {
  test('waits 1, 2, 4, 8, 15, 30, 60, 60 seconds, each give or take a fifth', async () => {
    const w = world({ open: () => down });
    await elapse(w.clock, 400_000);
    const waits = w.attemptsAt.slice(1, 9).map((at, index) => at - (w.attemptsAt[index] ?? 0));
    const ideal = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000];
    expect(waits).toHaveLength(8);
    for (const [index, wait] of waits.entries()) expect(Math.abs(wait / (ideal[index] ?? 1) - 1)).toBeLessThanOrEqual(0.2);
    expect(w.failures.every((kind) => kind === 'unreachable')).toBe(true);
    await w.channel.close();
  });

  test('begins with one second again after a stream that lived two minutes', async () => {
    const w = world({ open: (attempt) => (attempt <= 5 ? down : undefined) });
    await elapse(w.clock, 60_000);
    for (let second = 0; second < 150; second += 10) {
      w.streams[0]?.feed('.\n');
      await elapse(w.clock, 10_000);
    }
    const before = w.clock.mono();
    w.streams[0]?.close();
    await elapse(w.clock, 2_000);
    expect((w.attemptsAt.at(-1) ?? 0) - before).toBeLessThanOrEqual(1_200);
    expect(w.streams).toHaveLength(2);
    await w.channel.close();
  });

  test('a plain end is everyday life: no failure is told', async () => {
    const w = world();
    await elapse(w.clock, 10);
    w.streams[0]?.feed('1\n');
    w.held.log = [1];
    w.streams[0]?.close();
    await elapse(w.clock, 3_000);
    expect(w.failures).toEqual([]);
    expect([w.taken, w.held.reads, w.streams.length]).toEqual([[1], 2, 2]);
    await w.channel.close();
  });

  test('bytes that trickle without ever being a part do not keep it alive', async () => {
    const w = world();
    for (let second = 0; second < 89; second++) {
      w.streams[0]?.feed('x');
      await elapse(w.clock, 1_000);
    }
    expect(w.streams[0]?.closed).toBe(false);
    await elapse(w.clock, 1_000);
    expect(w.streams[0]?.closed).toBe(true);
    expect(w.failures).toEqual(['timeout']);
    await w.channel.close();
  });

  test('what comes while the log is read waits for it', async () => {
    const w = world({ log: 'slow' });
    w.held.log = [1, 2];
    await elapse(w.clock, 100);
    w.streams[0]?.feed('2\n3\n');
    await elapse(w.clock, 100);
    expect(w.taken).toEqual([]);
    await elapse(w.clock, 6_000);
    expect(w.taken).toEqual([1, 2, 3]);
    await w.channel.close();
  });

  test.each([
    ['at the limit', channelLimits.waiting, false],
    ['one beyond', channelLimits.waiting + 1, true],
  ])('events that wait, %s: %i', async (_, count, closes) => {
    const w = world({ log: 'slow' });
    await elapse(w.clock, 100);
    for (let no = 1; no <= count; no++) w.streams[0]?.feed(`${no}\n`);
    expect(w.streams[0]?.closed).toBe(closes);
    w.held.log = Array.from({ length: count }, (_unused, index) => index + 1);
    await elapse(w.clock, 20_000);
    expect(w.taken).toEqual(w.held.log);
    await w.channel.close();
  });

  test('nonsense is told, and what follows is read', async () => {
    const w = world();
    await elapse(w.clock, 10);
    w.streams[0]?.feed('?\n1\n');
    w.streams[0]?.close();
    await elapse(w.clock, 10);
    expect([w.taken, w.failures]).toEqual([[1], ['malformed']]);
    await w.channel.close();
  });

  test('nothing is opened while the account rests', async () => {
    const w = world({ open: () => ({ kind: 'unauthorised', detail: 'x' }) });
    w.held.pausedMs = 3_600_000;
    await elapse(w.clock, 3_590_000);
    expect(w.attemptsAt).toHaveLength(1);
    await elapse(w.clock, 20_000);
    expect(w.attemptsAt).toHaveLength(2);
    await w.channel.close();
  });

  test('without a stream the log is read in turn; without both it is unsupported', async () => {
    const missing: DriverFailure = { kind: 'unsupported', detail: '404' };
    const w = world({ open: () => missing });
    await elapse(w.clock, 100_000);
    expect([w.held.reads, w.failures]).toEqual([4, []]);
    await w.channel.close();
    const none = world({ open: () => missing, log: 'none' });
    await elapse(none.clock, 500);
    expect(none.failures).toEqual(['unsupported']);
    await none.channel.close();
  });

  test('nothing is taken after close, which may be called twice', async () => {
    const w = world();
    await elapse(w.clock, 10);
    await w.channel.close();
    await w.channel.close();
    w.streams[0]?.feed('1\n');
    await elapse(w.clock, 100_000);
    expect([w.taken, w.streams.length, w.streams[0]?.closed]).toEqual([[], 1, true]);
  });
});
