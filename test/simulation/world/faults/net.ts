/** The way between agents and collector. */
import { chance, intBetween, pick } from '@cardwatch/kernel';
import { type Fault, forAWhile } from './fault.ts';

export const netFaults: readonly Fault[] = [
  {
    name: 'net lossy',
    strike: (campus, random) => {
      const { faults: net } = campus.broker;
      net.loss = random.next() * 0.3;
      net.duplicate = random.next() * 0.5;
      net.slow = random.next() * 0.5;
      net.slowMs = random.next() * 20_000;
      net.cut = random.next() * 0.03;
      net.refuse = random.next() * 0.3;
      net.deaf = chance(random, 0.3) ? 0.1 : 0;
      return forAWhile(campus, random, 'net lossy', 240_000, () => campus.weather.settleNet());
    },
  },
  {
    name: 'message storm',
    strike: (campus, random) => {
      const { faults: net } = campus.broker;
      net.duplicate = random.next() * 0.2;
      net.copiesMax = intBetween(random, 10, 100);
      return forAWhile(campus, random, 'message storm', 30_000, () => campus.weather.settleNet());
    },
  },
  {
    name: 'partition',
    strike: (campus, random) => {
      const who = chance(random, 0.3) ? 'collector' : pick(random, campus.agents).id;
      campus.broker.partitioned.add(who);
      return forAWhile(campus, random, 'partition', 180_000, () => campus.broker.partitioned.delete(who));
    },
  },
  {
    name: 'asymmetric partition',
    strike: (campus, random) => {
      const { id } = pick(random, campus.agents);
      const way = chance(random, 0.5) ? campus.broker.mute : campus.broker.unhearing;
      way.add(id);
      return forAWhile(campus, random, 'asymmetric partition', 180_000, () => way.delete(id));
    },
  },
  { name: 'old messages replayed', strike: (campus, random) => campus.broker.replay(intBetween(random, 1, 16)) > 0 },
  { name: 'batch under a forged name', strike: (campus, random) => campus.broker.forge(pick(random, campus.agents).id) },
  { name: 'broker restart', strike: (campus) => campus.broker.disconnectAll('broker restart') > 0 },
  { name: 'connection cut', strike: (campus, random) => campus.broker.disconnect(pick(random, campus.agents).id, 'cut') },
];
