/** A device list that changes while the agent runs, in virtual time. */
import type { AgentDevice } from '@cardwatch/agent';
import { DeviceId } from '@cardwatch/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { Bench } from './bench.ts';
import { Terminal } from './terminal.ts';

const ids = Array.from({ length: 16 }, (_, index) => `d${String(index).padStart(2, '0')}`);
const periodMs = 1_000;
/** On a shared line a poll may wait for one round of the others: eight devices with two tasks of 20 ms. */
const waitMs = 330;

interface Seen {
  opened: number;
  closed: number;
  readonly liveAt: number[];
}

describe('16 devices are polled, eight of them on one line', () => {
  let bench: Bench;
  let seen: Map<string, Seen>;

  const watch = (id: string): void => {
    const of: Seen = { opened: 0, closed: 0, liveAt: [] };
    seen.set(id, of);
    const terminal = bench.terminal(id);
    const session = terminal.session.bind(terminal);
    terminal.session = () => {
      const { poll, close } = session();
      if (poll === undefined) throw new Error('a terminal is polled');
      of.opened++;
      const run: typeof poll.run = (task, signal, resume) => {
        if (task === 'live') of.liveAt.push(bench.clock.mono());
        return poll.run(task, signal, resume);
      };
      const { tasks, recollect } = poll;
      return {
        poll: { tasks, run, ...(recollect === undefined ? {} : { recollect }) },
        close: () => {
          of.closed++;
          return close();
        },
      };
    };
  };

  const sightOf = (id: string): Seen => {
    const of = seen.get(id);
    if (of === undefined) throw new Error(`nothing of ${id}`);
    return of;
  };

  /** Half of the devices share a line, the others have one each. */
  const device = (id: string, index: number, name = id): AgentDevice => {
    const [model] = bench.devices;
    if (model === undefined) throw new Error('a bench has devices');
    const line = index < 8 ? 'line-1' : `line-${id}`;
    return { ...model, lineKey: line, declaration: { ...model.declaration, deviceId: DeviceId.parse(id), name, line } };
  };

  const reconfigure = async (devices: readonly AgentDevice[]): Promise<unknown> => {
    let result: unknown;
    const done = bench.agent.reconfigure(devices).then((value) => {
      result = value;
    });
    await bench.passUntil(() => result !== undefined, 5_000);
    await done;
    return result;
  };

  const before: AgentDevice[] = [];
  beforeEach(async () => {
    bench = new Bench(ids);
    seen = new Map();
    for (const id of ids) watch(id);
    before.splice(0, before.length, ...ids.map((id, index) => device(id, index)));
    await bench.agent.start();
    await reconfigure(before);
    await bench.pass(20_000);
    for (const of of seen.values()) of.liveAt.splice(0);
    for (const of of seen.values()) Object.assign(of, { opened: 1, closed: 0 });
  });

  const steady = (id: string, seconds: number): void => {
    const { liveAt, opened, closed } = sightOf(id);
    expect([id, opened, closed]).toEqual([id, 1, 0]);
    expect(Math.abs(liveAt.length - seconds)).toBeLessThanOrEqual(1);
    const steps = liveAt.slice(1).map((at, index) => at - (liveAt[index] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(periodMs + waitMs);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(periodMs - waitMs);
  };

  test.each([
    ['on the shared line', 3],
    ['on a line of its own', 12],
  ])('one that changed %s is opened anew, the 15 others miss no poll', async (_, changed) => {
    for (const id of ids) bench.terminal(id).sell(5);
    await bench.pass(30_000);
    const after = before.map((each, index) => (index === changed ? device(ids[changed] ?? '', changed, 'another name') : each));
    expect(await reconfigure(after)).toEqual({ added: 0, removed: 0, changed: 1, untouched: 15 });
    for (const id of ids) bench.terminal(id).sell(5);
    await bench.pass(30_000);
    const others = ids.filter((_id, index) => index !== changed);
    expect(others).toHaveLength(15);
    for (const id of others) steady(id, 60);
    expect(sightOf(ids[changed] ?? '')).toMatchObject({ opened: 2, closed: 1 });
    expect(sightOf(ids[changed] ?? '').liveAt.length).toBeGreaterThanOrEqual(58);
    await bench.passUntil(() => bench.ledger.rows.size === 160, 60_000);
    expect(bench.ledger.conflicts).toBe(0);
    await bench.stop();
  });

  test('one that goes is closed and asked no more, one that comes is told to the collector and collected', async () => {
    bench.terminals.set('new', new Terminal({ clock: bench.clock }));
    watch('new');
    const { connects } = bench;
    const hellos = bench.ledger.hellos.length;
    const after = [...before.slice(1), device('new', 0)];
    expect(await reconfigure(after)).toEqual({ added: 1, removed: 1, changed: 0, untouched: 15 });
    const asked = sightOf('d00').liveAt.length;
    bench.terminal('d00').sell(4);
    bench.terminal('new').sell(7);
    await bench.passUntil(() => bench.ledger.rows.size === 7, 30_000);
    await bench.pass(20_000);
    expect(sightOf('d00')).toMatchObject({ opened: 1, closed: 1 });
    expect(sightOf('d00').liveAt).toHaveLength(asked);
    expect(bench.ledger.rows.size).toBe(7);
    expect(bench.connects).toBe(connects);
    expect(bench.ledger.hellos.slice(hellos).map(({ devices }) => devices.map(({ deviceId }) => deviceId))).toEqual([
      [...ids.slice(1), 'new'],
    ]);
    expect(
      bench.agent
        .status()
        .devices.map(({ deviceId }) => deviceId)
        .sort(),
    ).toEqual([...ids.slice(1), 'new']);
    expect(bench.agent.status().reload).toMatchObject({
      outcome: 'taken',
      detail: 'added 1, removed 1, changed 0, untouched 15',
    });
    await bench.stop();
  });

  test('the same list changes nothing and says nothing', async () => {
    const hellos = bench.ledger.hellos.length;
    expect(await reconfigure([...before])).toEqual({ added: 0, removed: 0, changed: 0, untouched: 16 });
    await bench.pass(5_000);
    expect(bench.ledger.hellos).toHaveLength(hellos);
    for (const id of ids) expect(sightOf(id)).toMatchObject({ opened: 1, closed: 0 });
    await bench.stop();
  });

  test('a line whose devices all go ends; a refusal is remembered', async () => {
    const left = before.slice(8);
    expect(await reconfigure(left)).toEqual({ added: 0, removed: 8, changed: 0, untouched: 8 });
    expect(ids.slice(0, 8).map((id) => sightOf(id).closed)).toEqual(Array.from({ length: 8 }, () => 1));
    bench.agent.configRefused('agent.yaml:3:1 devices: is missing');
    expect(bench.agent.status().reload).toMatchObject({ outcome: 'refused', detail: 'agent.yaml:3:1 devices: is missing' });
    expect(bench.agent.status().devices).toHaveLength(8);
    await bench.stop();
    expect(ids.map((id) => sightOf(id).closed)).toEqual(Array.from({ length: 16 }, () => 1));
  });
});
