/** Every input that was kept is played again; a few new ones of each target; and the loop itself finds what is put into it. */
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { Coverage } from './coverage.ts';
import { corpusLimits, corpusRoot, keptOf } from './corpus.ts';
import { openLedger } from './ledger.ts';
import { type LoopReport, runTarget } from './loop.ts';
import { mutate } from './mutate.ts';
import { stories } from './stories.ts';
import { bytesOf, type Feed, type Target, textOf } from './target.ts';
import { targets } from './targets/index.ts';

const seed = 20_261_123;
const folder = fileURLToPath(new URL('.', import.meta.url));

describe('kept inputs', () => {
  test.each(targets.map((target) => [target.name, target] as const))('%s', async (_name, target) => {
    const report = await runTarget(target, { inputs: Math.ceil(target.perChange / 2_000), seed, untimed: true });
    expect(report.crashes).toEqual([]);
    expect(report.inputs).toBeGreaterThan(0);
  });

  test('are few, small, and those of bugs have their story', () => {
    const names = readdirSync(corpusRoot);
    expect(names.filter((name) => !targets.some((target) => target.name === name))).toEqual([]);
    const kept = names.flatMap((target) =>
      keptOf(target).map(({ name, bytes }) => ({ file: `${target}/${name}`, bytes: bytes.length })),
    );
    expect(kept.length).toBeGreaterThanOrEqual(stories.length);
    expect(kept.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(corpusLimits.totalBytes);
    const named = kept.map(({ file }) => file).filter((file) => !/\/[0-9a-f]{8}\.bin$/.test(file));
    expect(stories.map(({ file }) => file).toSorted()).toEqual(named.toSorted());
  });
});

test('the README tells of each target, and of nothing else', () => {
  const told = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, name]) => name);
  expect(told).toEqual(targets.map(({ name }) => name));
});

describe('the loop', () => {
  const planted = (feed: Feed['feed']): Target => ({
    name: 'planted',
    perChange: 1,
    open: () => Promise.resolve({ seeds: [bytesOf('abcd')], feed }),
  });
  const found = async (feed: Feed['feed']): Promise<LoopReport> => runTarget(planted(feed), { inputs: 300, seed });
  const kinds = async (feed: Feed['feed']): Promise<string[]> =>
    (await found(feed)).crashes.map(({ what }) => what.split('\n')[0] ?? '');

  test.each<[string, Feed['feed'], RegExp]>([
    ['a throw', (input) => (input.length > 4 ? boom() : undefined), /^threw Error: boom/],
    [
      'a rejection',
      (input) => (input.length > 4 ? Promise.reject(new Error('boom')) : Promise.resolve(undefined)),
      /^threw Error: boom/,
    ],
    ['what did not hold', () => 'two is three', /^two is three$/],
    ['a key of all objects', () => pollute(), /^every object has a key polluted/],
    ['processor time', (input) => (input.length > 60 ? spin(60) : undefined), /ms of processor time$/],
  ])('finds %s', async (_what, feed, expected) => {
    const crashes = await kinds(feed);
    Reflect.deleteProperty(Object.prototype, 'polluted');
    expect(crashes.length).toBeGreaterThan(0);
    expect(crashes[0]).toMatch(expected);
  });

  test('finds nothing where nothing is', async () => {
    expect(await kinds((input) => (textOf(input) === '' ? undefined : undefined))).toEqual([]);
  });

  test('the same seed gives the same inputs', async () => {
    const inputsOf = async (): Promise<string[]> => {
      const made: string[] = [];
      const change: Feed['change'] = (random, pool) => {
        const { bytes } = mutate(random, pool);
        made.push(Buffer.from(bytes).toString('hex'));
        return bytes;
      };
      const target = {
        ...planted(() => undefined),
        open: () => Promise.resolve({ seeds: [bytesOf('abcd')], change, feed: () => undefined }),
      };
      await runTarget(target, { inputs: 300, seed });
      return made;
    };
    const first = await inputsOf();
    expect(first.length).toBe(300);
    expect(await inputsOf()).toEqual(first);
  });
});

test('coverage tells code that ran for the first time', () => {
  const coverage = new Coverage();
  coverage.begin([]);
  const script = new Script('(function probe(value) { return value === null ? 1 : 2; })', { filename: '/packages/probe.js' });
  const probe = script.runInThisContext() as (value: unknown) => number;
  const ran = (value: unknown): boolean => {
    probe(value);
    return coverage.learn(coverage.taken().filter(({ url }) => url.endsWith('/packages/probe.js')));
  };
  ran('first');
  expect([ran('again'), ran(null), ran(null)]).toEqual([false, true, false]);
  coverage.close();
});

test('a ledger knows what is done, also after a line that was cut off', () => {
  const file = join(tmpdir(), `cardwatch-ledger-${process.pid}.jsonl`);
  const block = { target: 'batch', seed, block: 0, inputs: 5, findings: 0 };
  try {
    openLedger(file).add(block);
    appendFileSync(file, '{"target":"batch","se');
    const again = openLedger(file);
    expect([again.has(block), again.has({ ...block, block: 1 }), again.has({ ...block, seed: 1 })]).toEqual([true, false, false]);
  } finally {
    rmSync(file, { force: true });
  }
});

function boom(): never {
  throw new Error('boom');
}

function pollute(): undefined {
  Reflect.set(Object.prototype, 'polluted', true);
  return undefined;
}

function spin(ms: number): undefined {
  const started = process.threadCpuUsage();
  for (;;) {
    const { user, system } = process.threadCpuUsage(started);
    if (user + system > ms * 1_000) return undefined;
  }
}
