import { Command, InvalidArgumentError, Option } from 'commander';
import { type BrokerKind, brokerKinds, type Wanted } from './plan.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly broker: BrokerKind;
  readonly seconds: number;
  readonly stopAfter: number;
  readonly rate: number;
  readonly basePort: number;
  readonly keep: boolean;
  readonly wanted: Wanted;
}

interface Words {
  readonly seed: number;
  readonly broker: BrokerKind;
  readonly seconds: number;
  readonly stopAfter: number;
  readonly rate: number;
  readonly basePort: number;
  readonly keep: boolean;
  readonly kills: number;
  readonly powerCuts: number;
  readonly brokerKills: number;
  readonly stops: number;
  readonly network: number;
  readonly diskErrors: number;
  readonly partitions: number;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number 整数');
  return Number(text);
}

export function readOptions(argv: readonly string[]): ChaosOptions {
  const words = new Command('pnpm chaos')
    .option('--seed <n>', 'decides what is struck, when and how', whole, 1)
    .addOption(new Option('--broker <kind>', 'whose broker stands between').choices(brokerKinds).default('embedded'))
    .option('--seconds <n>', 'over which the strikes are spread', whole, 150)
    .option('--stop-after <n>', 'seconds after which no strike begins any more; what was not reached is told', whole, 999_999)
    .option('--kills <n>', 'kill -9 of agents; before Mosquitto every fourth of the collector', whole, 20)
    .option('--power-cuts <n>', 'of agents and, every third, of the collector', whole, 10)
    .option('--broker-kills <n>', 'kill -9 of the collector, which holds the broker, or of Mosquitto', whole, 5)
    .option(
      '--stops <n>',
      'SIGSTOP of agents and collector by turns, some beyond the keep-alive; one in four of Mosquitto',
      whole,
      4,
    )
    .option('--network <n>', 'faults of the proxy', whole, 12)
    .option('--disk-errors <n>', 'system calls of an agent that fail or are slow', whole, 5)
    .option('--partitions <n>', 'of the wire between agents and collector', whole, 2)
    .option('--rate <n>', 'records a second over all terminals', whole, 50)
    .option('--base-port <n>', 'first of the ports used on loopback', whole, 24_000)
    .option('--keep', 'leave the data folder', false)
    .parse(['node', 'chaos', ...argv.filter((word) => word !== '--')])
    .opts<Words>();
  const {
    seed,
    broker,
    seconds,
    stopAfter,
    rate,
    basePort,
    keep,
    kills,
    powerCuts,
    brokerKills,
    stops,
    network,
    diskErrors,
    partitions,
  } = words;
  const wanted = { kill: kills, powerCut: powerCuts, brokerKill: brokerKills, stop: stops, network, diskError: diskErrors };
  return { seed, broker, seconds, stopAfter, rate, basePort, keep, wanted: { ...wanted, partition: partitions } };
}
