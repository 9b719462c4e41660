import { LiveEvent } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPerson, bearer, call, type House, openHouse, signIn } from './harness.ts';
import { insertRecord, note } from './seed.ts';

let house: House;
let headers: Readonly<Record<string, string>>;
const open: Stream[] = [];
beforeEach(async () => {
  house = await openHouse();
  headers = await bearer(house, ['read']);
});
afterEach(async () => {
  for (const stream of open.splice(0)) stream.leave();
  await house.close();
});

interface Stream {
  readonly status: number;
  readonly events: LiveEvent[];
  readonly text: () => string;
  lastId(): string;
  /** Resolves when `enough` holds; fails after three seconds. */
  until(enough: (events: readonly LiveEvent[]) => boolean): Promise<void>;
  readonly ended: Promise<void>;
  leave(): void;
}

async function listen(more: Readonly<Record<string, string>> = {}): Promise<Stream> {
  const abort = new AbortController();
  const response = await fetch(`${house.base}/api/v1/live`, { headers: { ...headers, ...more }, signal: abort.signal });
  const events: LiveEvent[] = [];
  let text = '';
  let lastId = '';
  let parsed = 0;
  let changed: () => void = () => {};
  const take = (): void => {
    const blocks = text.split('\n\n');
    for (const block of blocks.slice(parsed, -1)) {
      for (const line of block.split('\n')) {
        if (line.startsWith('id: ')) lastId = line.slice(4);
        if (line.startsWith('data: ')) events.push(LiveEvent.parse(JSON.parse(line.slice(6))));
      }
    }
    parsed = blocks.length - 1;
  };
  const decoder = new TextDecoder();
  const ended = (async () => {
    try {
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        take();
        changed();
      }
    } catch {
      // we left
    }
    changed();
  })();
  const until: Stream['until'] = (enough) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not heard: ${JSON.stringify(events.map((event) => event.type))}`)), 3_000);
      changed = () => {
        if (!enough(events)) return;
        clearTimeout(timer);
        resolve();
      };
      changed();
    });
  const stream = {
    status: response.status,
    events,
    text: () => text,
    lastId: () => lastId,
    until,
    ended,
    leave: () => abort.abort(),
  };
  open.push(stream);
  return stream;
}

const types = (stream: Stream): string[] => stream.events.map((event) => event.type);
const has =
  (type: LiveEvent['type']) =>
  (events: readonly LiveEvent[]): boolean =>
    events.some((event) => event.type === type);

describe('the live stream', () => {
  test('begins with the overview and a position', async () => {
    note(house.seeded, 'device', 'yb-a-bath-01', 1);
    const stream = await listen();
    await stream.until(has('overview'));
    expect([types(stream), stream.lastId()]).toEqual([['overview'], '1']);
    expect(stream.text().startsWith('retry: 2000\n\n')).toBe(true);
  });

  test('tells what changed, each thing once however often it changed', async () => {
    const stream = await listen();
    await stream.until(has('overview'));
    const minute = Math.floor(house.seeded.at / minuteMs) * minuteMs;
    house.seeded.db.exec('BEGIN');
    for (let i = 0; i < 50; i++) for (const device of ['yb-a-bath-01', 'yb-a-bath-02']) note(house.seeded, 'device', device, i);
    insertRecord(house.seeded, { device: 'yb-a-bath-01', no: 500, card: '6217003800000000', observedAt: house.seeded.at });
    note(house.seeded, 'flow', String(minute), 1);
    note(house.seeded, 'agent', 'yb-a', 1);
    note(house.seeded, 'gap', '1', 1);
    note(house.seeded, 'readings', 'yb-a-bath-01', 1);
    note(house.seeded, 'device', 'no-such-device', 1);
    house.seeded.db.exec('COMMIT');
    house.serving.wake();
    await stream.until((events) => events.filter((event) => event.type === 'overview').length === 2);
    expect(types(stream).slice(1)).toEqual(['device', 'device', 'agent', 'gap', 'readings', 'flow', 'overview']);
    expect(stream.lastId()).toBe('105');
  });

  test('resumes after Last-Event-ID with what was missed, and only that', async () => {
    for (const device of ['yb-a-bath-01', 'yb-a-bath-02', 'yb-a-bath-03']) note(house.seeded, 'device', device, 1);
    const stream = await listen({ 'last-event-id': '1' });
    await stream.until(has('overview'));
    const devices = stream.events.flatMap((event) => (event.type === 'device' ? [event.device.deviceId] : []));
    expect([devices, stream.lastId()]).toEqual([['yb-a-bath-02', 'yb-a-bath-03'], '3']);
  });

  test.each([
    ['is no longer kept', '2'],
    ['never was', '999'],
  ])('says resync when the position %s', async (_what, position) => {
    for (let i = 0; i < 10; i++) note(house.seeded, 'device', 'yb-a-bath-01', i);
    house.seeded.db.exec('DELETE FROM outbox WHERE position < 6');
    const stream = await listen({ 'last-event-id': position });
    await stream.until(has('overview'));
    expect([types(stream), stream.lastId()]).toEqual([['resync', 'overview'], '10']);
  });

  test('says resync when too much was missed', async () => {
    house.seeded.db.exec('BEGIN');
    for (let i = 0; i < 2_500; i++) note(house.seeded, 'device', 'yb-a-bath-01', i);
    house.seeded.db.exec('COMMIT');
    const stream = await listen({ 'last-event-id': '1' });
    await stream.until(has('overview'));
    expect([types(stream), stream.lastId()]).toEqual([['resync', 'overview'], '2500']);
  });

  test('takes a nonsense Last-Event-ID for none', async () => {
    const stream = await listen({ 'last-event-id': "1' OR 1=1" });
    await stream.until(has('overview'));
    expect(types(stream)).toEqual(['overview']);
  });

  test('sends the overview at most every two seconds', async () => {
    const stream = await listen();
    await stream.until(has('overview'));
    const start = performance.now();
    const times: number[] = [];
    for (let i = 0; i < 4; i++) {
      note(house.seeded, 'device', `yb-a-bath-0${i + 1}`, i);
      house.serving.wake();
      await stream.until((events) => events.filter((event) => event.type === 'device').length === i + 1);
      times.push(performance.now() - start);
    }
    expect(times.at(-1)).toBeLessThan(2_000);
    expect(types(stream).filter((type) => type === 'overview')).toHaveLength(2);
  });

  test('is three a session at most; a fourth is asked to come again', async () => {
    const streams = [];
    for (let i = 0; i < 4; i++) streams.push(await listen());
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 503]);
    streams[0]?.leave();
    await streams[0]?.ended;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await listen()).status).toBe(200);
  });

  test('does not keep a session alive', async () => {
    await addPerson(house, 'duty', 'duty');
    const { headers: cookie } = await signIn(house, 'duty');
    house.pass(14 * minuteMs);
    expect((await listen({ ...cookie, authorization: '' })).status).toBe(401);
    const response = await fetch(`${house.base}/api/v1/live`, { headers: cookie });
    expect(response.status).toBe(200);
    await response.body?.cancel();
    house.pass(2 * minuteMs);
    expect((await call(house, '/api/v1/session', { headers: cookie })).status).toBe(401);
  });

  test('ends when the collector ends', async () => {
    const stream = await listen();
    await stream.until(has('overview'));
    const start = performance.now();
    await house.serving.close();
    await stream.ended;
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('is refused without the scope', async () => {
    expect((await call(house, '/api/v1/live')).status).toBe(401);
    expect((await call(house, '/api/v1/live', { headers: await bearer(house, ['metrics']) })).status).toBe(403);
  });
});
