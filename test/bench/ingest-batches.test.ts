import { MoneyLine } from '@cardwatch/contracts';
import { epochMs, hourMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { moneyRules } from '../../packages/collector/src/core/rules/money/index.core.ts';
import { SampleWorld, watching } from '../../packages/collector/src/core/rules/sample-world.core.ts';
import { moneyOf } from '../../packages/collector/src/store/sqlite/feed/facts.ts';
import { benchLine } from './ingest-batches.ts';

/** Two agents, each card used every 250 s, eighteen times. */
const [agents, records, cards, everyMs] = [['bench-a', 'bench-b'], 3_600, 200, 1_250];
const startAt = Date.UTC(2026, 10, 24, 3);
const linesOf = (agent: string): readonly MoneyLine[] =>
  Array.from({ length: records }, (_, at) => {
    const line = benchLine({ agent, devices: 32, startAt, everyMs, cards }, at);
    return MoneyLine.parse(JSON.parse(Buffer.from(line).toString('utf8')));
  });
const transactionsOf = (agent: string) => linesOf(agent).filter((line) => line.type === 'transaction');

test('counters of a card rise by one and its balance goes down by what it pays, until it is charged', () => {
  const seen = { cards: new Set<string>(), charges: 0, uses: 0 };
  const last = new Map<string, number>();
  const balance = new Map<string, number>();
  for (const { cardRef, kind, cardCounter = 0, amountFen, balanceBeforeFen = 0, balanceAfterFen = 0 } of transactionsOf(
    'bench-a',
  )) {
    const before = last.get(`${cardRef} ${kind}`);
    if (before !== undefined) expect(cardCounter).toBe(before + 1);
    if (balance.has(cardRef)) expect(balanceBeforeFen).toBe(balance.get(cardRef));
    expect(balanceAfterFen - balanceBeforeFen).toBe(kind === 'recharge' ? amountFen : -amountFen);
    expect(balanceAfterFen).toBeGreaterThan(0);
    last.set(`${cardRef} ${kind}`, cardCounter);
    balance.set(cardRef, balanceAfterFen);
    seen.cards.add(cardRef);
    seen.uses++;
    if (kind === 'recharge') seen.charges++;
  }
  expect([seen.cards.size, seen.uses]).toEqual([cards, records]);
  expect(seen.charges).toBeGreaterThan(80);
});

test('no rule over money finds anything in them', () => {
  const watchers = moneyRules.filter(({ shape }) => shape === 'watcher').map(({ id }) => ({ id, watch: watching(id) }));
  const { world } = new SampleWorld();
  const facts = agents
    .flatMap((agent) => transactionsOf(agent))
    .map((line, id) => moneyOf({ id, line: JSON.stringify(line), ingested_at: line.recordedAt + 500 }).fact)
    .toSorted((a, b) => a.ingestedAt - b.ingestedAt);
  for (const fact of facts) for (const { watch } of watchers) watch.money(fact, world, fact.ingestedAt);
  const end = epochMs(facts.at(-1)?.ingestedAt ?? 0);
  expect(facts).toHaveLength(agents.length * records);
  expect(watchers.length).toBeGreaterThan(10);
  const found = watchers.map(({ id, watch }) => `${id} ${watch.look(world, end).length}`);
  expect(found).toEqual(watchers.map(({ id }) => `${id} 0`));
  expect(end - startAt).toBeGreaterThan(hourMs);
});
