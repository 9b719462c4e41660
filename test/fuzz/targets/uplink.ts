/** What a hostile or broken broker may hand to an agent: acknowledgements, welcomes, refusals, commands, on any topic. The journal is released by its own numbers alone. */
import { type AgentAddress, downTopic, streams } from '@cardwatch/contracts';
import { chance, pick } from '@cardwatch/kernel';
import { Bench, startAt } from '../../agent/bench.ts';
import { changeJson } from '../json.ts';
import { choicesOf, type Feed, type Finding, jsonBytes, type Target } from '../target.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const progress = { contiguousUpto: 0, sparse: [] };

const seedsFor = (instance: string): readonly object[] => [
  {
    v: 1,
    type: 'ack',
    epoch: 1,
    stream: 'money',
    contiguousUpto: 2,
    sparse: [[4, 5]],
    reject: [{ seq: 3, reason: 'x' }],
    credit: 4,
    serverTime: startAt,
  },
  {
    v: 1,
    type: 'ack',
    epoch: 1,
    stream: 'health',
    contiguousUpto: 1_000_000,
    sparse: [],
    reject: [],
    credit: 0,
    retryAfterMs: 5_000,
    serverTime: startAt,
  },
  { v: 1, type: 'challenge', instance, nonce: id(2), serverTime: startAt },
  { v: 1, type: 'refused', instance, reason: 'badHello', retryAfterMs: 10, serverTime: startAt },
  {
    v: 1,
    type: 'welcome',
    instance,
    epoch: { no: 1, uuid: id(1), granted: false },
    streams: { money: progress, event: progress, health: progress },
    cursors: [{ deviceId: 'd1', generation: 1, lastRecordNo: 2 }],
    credit: 4,
    serverTime: startAt,
  },
  { v: 1, id: id(7), expiresAt: startAt + 100_000_000, action: { type: 'pollNow', deviceId: 'd1' } },
  {
    v: 1,
    id: id(8),
    expiresAt: startAt + 100_000_000,
    action: { type: 'recollect', deviceId: 'd1', generation: 1, from: 1, to: 3 },
  },
  { v: 1, id: id(9), expiresAt: startAt + 100_000_000, action: { type: 'operate', deviceId: 'd1', name: 'valveClose' } },
];

interface Site {
  readonly bench: Bench;
  readonly sold: number;
  fed: number;
}

/** An agent at work, with three records that nobody has acknowledged. */
async function site(): Promise<Site> {
  const bench = new Bench(['d1']);
  await bench.agent.start();
  await bench.pass(5_000);
  bench.ledger.mute = true;
  bench.terminal('d1').sell(3);
  await bench.pass(8_000);
  return { bench, sold: 3, fed: 0 };
}

/** Messages that one agent is given before another takes its place. */
const messagesPerAgent = 200;

async function openUplink(): Promise<Feed> {
  let present = await site();
  const address: AgentAddress = present.bench.ledger.address;
  let agents = 1;
  return {
    seeds: seedsFor('0'.repeat(31) + '1').map(jsonBytes),
    change: changeJson,
    feed: async (input) => {
      if (++present.fed > messagesPerAgent) {
        await present.bench.stop();
        present = await site();
        agents++;
      }
      const { bench } = present;
      const random = choicesOf(input);
      const topic = chance(random, 0.9)
        ? downTopic(address, pick(random, ['ack', 'command']))
        : pick(random, ['', 'cw/1/x/y/down/ack', 'a/'.repeat(300), downTopic(address, 'ack').replace('down', 'up')]);
      bench.deliver(topic, input);
      await bench.pass(20);
      return standing(bench);
    },
    said: () => `${agents} agents`,
    close: () => present.bench.stop(),
  };
}

function standing({ journal, agent, log }: Bench): Finding {
  for (const stream of streams)
    for (const { last, acked, epoch } of journal.states(stream))
      if (acked > last || acked < 0 || !Number.isSafeInteger(acked))
        return `${stream}/${epoch}: ${acked} acknowledged of ${last}`;
  const broken = log.find(({ event }) => event.endsWith('Broke') || event === 'acknowledgeFailed');
  log.length = 0;
  if (broken !== undefined) return `${broken.event}: ${String(broken.fields['detail'])}`;
  const { records } = agent.status().streams.money;
  return records >= 0 ? undefined : `${records} records are left`;
}

export const uplinkTargets: readonly Target[] = [{ name: 'uplink', perChange: 3_000, open: openUplink }];
