/** Puts one world together: terminals, agents, a broker, a collector, and those who watch them. */
import { SiteId } from '@cardwatch/contracts';
import { chance, intBetween, pick, type SeededRandom } from '@cardwatch/kernel';
import { AuditWatch } from '../check/audit-watch.ts';
import { CustodyWatch } from '../check/custody-watch.ts';
import { LedgerWatch } from '../check/ledger-watch.ts';
import { Violations } from '../check/violation.ts';
import { type Spare, Sparing } from '../spare.ts';
import { AgentSide } from './agent-side.ts';
import { Broker } from './broker.ts';
import { CollectorSide } from './collector-side.ts';
import { Loop, type TraceSink } from './loop.ts';
import { Nemesis } from './nemesis.ts';
import { type Shape, pastService, shapeOf } from './shape.ts';
import { Terminal } from './terminal.ts';
import { Truth } from './truth.ts';
import { Weather } from './weather.ts';

export type Mode = 'safety' | 'liveness';

const site = SiteId.parse('sim');

export class Campus {
  readonly loop: Loop;
  /** Hears the logs of the programs, when a trace is wanted. */
  readonly say: TraceSink | undefined;
  readonly mode: Mode;
  readonly truth = new Truth();
  readonly violations: Violations;
  readonly broker: Broker;
  readonly collector: CollectorSide;
  readonly ledger: LedgerWatch;
  readonly custody: CustodyWatch;
  readonly terminals: readonly Terminal[];
  /** Machines that run, clones included. */
  agents: AgentSide[];
  /** Cards of clones that were switched off. */
  readonly retired: AgentSide[] = [];
  readonly weather: Weather;
  readonly nemesis: Nemesis;
  readonly sparing: Sparing;
  readonly counts = { agentCrashes: 0, collectorCrashes: 0, clones: 0 };
  readonly audit = new AuditWatch();
  readonly #random: SeededRandom;
  readonly shape: Shape;
  /** Epoch that was granted last to each process start. */
  readonly #grants = new Map<string, number>();
  /** `instance/epoch` of each welcome that was said. */
  readonly #welcomes = new Set<string>();
  #selling = true;

  constructor(seed: number, mode: Mode, sink: TraceSink | undefined, spare?: Spare) {
    this.mode = mode;
    this.sparing = new Sparing(spare);
    this.say = sink;
    this.loop = new Loop(seed, sink);
    this.#random = this.loop.random.fork(1);
    const random = this.#random;
    this.violations = new Violations(() => this.loop.events);
    this.broker = new Broker(this.loop, random.fork(2), chance(random, 0.7));
    const crashChance = chance(random, 0.5) ? 0 : 10 ** (-2.5 - 1.5 * random.next());
    const failChance = chance(random, 0.7) ? 0 : 0.05;
    this.collector = new CollectorSide(this, random.fork(3), { site, crashChance, failChance });
    this.ledger = new LedgerWatch(this.collector.db, this.truth, this.violations);
    this.custody = new CustodyWatch(this.truth, this.ledger, this.violations);
    this.shape = shapeOf(random);
    this.agents = Array.from({ length: intBetween(random, 1, 3) }, (_, index) =>
      this.#makeAgent(index + 1, random.fork(10 + index)),
    );
    this.terminals = this.agents.flatMap((agent) => agent.options.terminals);
    this.weather = new Weather(this, random.fork(5));
    this.nemesis = new Nemesis(this, random.fork(4), mode === 'safety');
  }

  start(): void {
    this.weather.begin();
    this.collector.start();
    for (const agent of this.agents) agent.start();
    for (const terminal of this.terminals) this.#sell(terminal);
  }

  /** A second machine with the identity of this agent, for a while; its card is kept when it is switched off. */
  clone(agent: AgentSide): boolean {
    if (this.agents.filter((each) => each.id === agent.id).length > 1) return false;
    this.counts.clones++;
    const twin = new AgentSide(this, this.#random.fork(100 + this.counts.clones), agent.options);
    agent.cloneOnto(twin);
    this.agents = [...this.agents, twin];
    twin.start();
    this.loop.after(20_000 + this.#random.next() * 120_000, 'clone switched off', () => this.#retire(twin));
    return true;
  }

  /** No fault from now on; those that last end. */
  heal(): void {
    this.nemesis.rest();
    for (const agent of this.agents) {
      agent.fragile = false;
      agent.setClock(0, 0);
    }
    this.collector.fragile = false;
    this.weather.calm();
    for (const cutOff of [this.broker.partitioned, this.broker.mute, this.broker.unhearing]) cutOff.clear();
    for (const twin of this.agents.filter((agent, index) => this.agents.findIndex((each) => each.id === agent.id) !== index))
      this.#retire(twin);
  }

  stopSelling(): void {
    this.#selling = false;
  }

  /** What the collector says to an agent is checked against what is committed at this moment. */
  checkDown(agent: string, payload: Uint8Array): void {
    const said = JSON.parse(Buffer.from(payload).toString()) as DownMessage;
    if (said.type === 'ack' && said.stream === 'money') this.custody.acked(agent, said.epoch, said.contiguousUpto);
    if (said.type === 'welcome') this.#welcomes.add(`${said.instance}/${said.epoch.no}`);
    if (said.type === 'welcome' && said.epoch.granted) this.#granted(agent, said.instance, said.epoch.no);
    if (said.type === 'welcome' && !said.epoch.granted) this.#checkGoesOn(agent, said);
    if (said.type === 'welcome' && !said.epoch.granted)
      this.custody.acked(agent, said.epoch.no, said.streams.money.contiguousUpto);
  }

  /** A process begins a journal life: it is one that the collector gave to this process, no other's. */
  checkBegun(agent: string, instance: string, epoch: number): void {
    if (!this.#welcomes.has(`${instance}/${epoch}`))
      this.violations.add('I6', `${agent} begins epoch ${epoch}, which another process start was welcomed with`);
  }

  close(): void {
    for (const agent of [...this.agents, ...this.retired]) agent.retire();
    this.collector.close();
    this.audit.close();
  }

  #makeAgent(number: number, random: SeededRandom): AgentSide {
    const id = `agent-${number}`;
    const terminals = Array.from({ length: intBetween(random, ...this.shape.terminals) }, (_, index) => {
      const capacity = chance(random, 0.5) ? intBetween(random, 12, 96) : intBetween(random, 128, 512);
      const world = { loop: this.loop, truth: this.truth, random: random.fork(index), past: pastService(random) };
      return new Terminal(`${id}-t${index + 1}`, capacity, world);
    });
    return new AgentSide(this, random.fork(50), {
      site,
      id,
      terminals,
      terminalsPerLine: intBetween(random, 4, 8),
      timings: {
        recordsPeriodMs: pick(random, [2_000, 5_000, 10_000]),
        readingsPeriodMs: 30_000,
        recordsMax: intBetween(random, 1, 12),
      },
      crashChance: chance(random, 0.5) ? 0 : 10 ** (-2.5 - 1.5 * random.next()),
      segmentBytes: 1024 * intBetween(random, 8, 128),
      retainAckedBytes: chance(random, 0.5) ? 0 : 64 * 1024,
    });
  }

  /** While nobody is cloned and no card is changed, one process start has one journal life. */
  #granted(agent: string, instance: string, epoch: number): void {
    const before = this.#grants.get(instance) ?? epoch;
    this.#grants.set(instance, epoch);
    if (before !== epoch && this.mode === 'liveness')
      this.violations.add('I6', `${agent}: epochs ${before} and ${epoch} granted to one process start`);
  }

  /** An older copy of a card would give numbers again that are committed. Where two machines are one agent the collector cannot tell whose they are. */
  #checkGoesOn(agent: string, { instance, epoch, streams }: Extract<DownMessage, { readonly type: 'welcome' }>): void {
    const journal = this.agents.find((side) => side.id === agent && side.instance === instance)?.journal;
    const last = journal?.states('money').find((state) => state.epoch === epoch.no)?.last;
    if (last !== undefined && this.counts.clones === 0 && streams.money.contiguousUpto > last)
      this.violations.add(
        'I6',
        `${agent} goes on with epoch ${epoch.no} behind ${last}, and ${streams.money.contiguousUpto} are committed`,
      );
  }

  #sell(terminal: Terminal): void {
    this.loop.clock.after(-Math.log(1 - this.#random.next()) * this.shape.recordsEveryMs, () => {
      if (!this.#selling) return;
      terminal.makeRecord();
      this.#sell(terminal);
    });
  }

  #retire(twin: AgentSide): void {
    if (!this.agents.includes(twin)) return;
    twin.retire();
    this.agents = this.agents.filter((agent) => agent !== twin);
    this.retired.push(twin);
  }
}

type DownMessage =
  | { readonly type: 'ack'; readonly epoch: number; readonly stream: string; readonly contiguousUpto: number }
  | {
      readonly type: 'welcome';
      readonly instance: string;
      readonly epoch: { readonly no: number; readonly granted: boolean };
      readonly streams: { readonly money: { readonly contiguousUpto: number } };
    }
  | { readonly type: 'refused' };
