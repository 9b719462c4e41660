/** Who is to blame, look by look: the graph of ways, the book over it, and what goes into the store to find it again after a restart. */
import type { Alarm, RuleVersion } from '@cardwatch/contracts/watch';
import type { EpochMs, Logger } from '@cardwatch/kernel';
import type { RuleLook } from '../core/alarm/book.core.ts';
import type { SuppressionAsk } from '../core/alarm/suppression.core.ts';
import {
  agentHealth,
  agentNode,
  alarmAwaits,
  alarmExplainer,
  alarmGrace,
  buildingsOf,
  CauseBook,
  type CauseGround,
  causeAtStart,
  type CauseRow,
  causeFromRows,
  type CauseRows,
  causeRows,
  type CauseState,
  deviceHealth,
  graphNodesOf,
  healthOf,
  probableFinding,
  ProbableParams,
  probableUpstreamHead,
  soundGraph,
} from '../core/cause/index.core.ts';
import type { Learned } from '../core/world/learn.core.ts';
import type { Touches } from '../core/world/touches.core.ts';
import type { AgentFact } from '../core/world/world.core.ts';

export interface CauseLooked {
  readonly explain: SuppressionAsk['explain'];
  /** Counts on whenever `explain` may say something else. */
  readonly explainTurns: number;
  readonly inGrace: NonNullable<SuppressionAsk['inGrace']>;
  /** Belong into the commit of this look. */
  readonly rows: CauseRows;
  readonly look: RuleLook;
}

export class Causes {
  readonly #log: Logger;
  readonly #world: Learned;
  readonly #touches: Touches;
  #restored: Pick<CauseState, 'nodes' | 'outs'> = causeAtStart;
  /** Rows that nobody can read: they go with the next look. */
  #gone: CauseRows['gone'] = [];
  #book: CauseBook | undefined;
  #turns = 0;
  /** What devices of an agent depend on, as it was last taken. */
  #agents = new Map<string, Pick<AgentFact, 'state' | 'since'>>();
  #devicesOf = new Map<string, readonly string[]>();
  #probable: { readonly params: ProbableParams; readonly version: RuleVersion | undefined } = {
    params: probableUpstreamHead.defaults,
    version: undefined,
  };

  constructor(world: Learned, log: Logger) {
    this.#world = world;
    this.#touches = world.touches();
    this.#log = log;
  }

  restore(rows: readonly CauseRow[]): void {
    const { state, unreadable } = causeFromRows(rows);
    this.#restored = state;
    this.#gone = unreadable;
    if (unreadable.length > 0) this.#log.log('warn', 'watch.causesUnreadable', { rows: unreadable.length });
  }

  /** False when its parameters do not fit: what held goes on. */
  take(version: RuleVersion): boolean {
    const params = ProbableParams.safeParse({ ...probableUpstreamHead.defaults, ...version.params });
    if (!params.success) return false;
    this.#probable = { params: params.data, version };
    this.#book?.suppose(params.data);
    return true;
  }

  /** The ways have changed. Where people draw, a circle is refused; one that agents make together costs its own nodes their ways, and is told. */
  reshape(): void {
    const ground = this.#ground();
    if (ground === undefined) return;
    this.#turns++;
    if (this.#book === undefined) this.#book = new CauseBook(this.#restored, ground, this.#probable.params);
    else this.#book.reshape(ground);
    this.#touches.clear();
    this.#agents = new Map([...this.#world.agents].map(([agentId, { state, since }]) => [agentId, { state, since }]));
    const devicesOf = new Map<string, string[]>();
    for (const { agentId, deviceId } of this.#world.devices.values()) {
      const known = devicesOf.get(agentId);
      if (known === undefined) devicesOf.set(agentId, [deviceId]);
      else known.push(deviceId);
    }
    this.#devicesOf = devicesOf;
  }

  #ground(): CauseGround | undefined {
    const sound = soundGraph(graphNodesOf(this.#world));
    if (sound === null) {
      this.#log.log('error', 'watch.graph', { problem: 'no part of it is sound' });
      return undefined;
    }
    for (const { why, nodes } of sound.mended)
      this.#log.log('warn', 'watch.graph', { problem: why.kind, nodes: nodes.join(' ').slice(0, 400) });
    return { graph: sound.graph, buildings: buildingsOf(this.#world.devices.values()), health: healthOf(this.#world) };
  }

  /** One look at what changed since the last. */
  look(now: EpochMs): CauseLooked {
    if (this.#book === undefined) this.reshape();
    const book = this.#book;
    if (book === undefined) return { ...nothingKnown, explainTurns: this.#turns, look: this.#probableLook([], now) };
    this.#hear(book);
    const changed = book.look(now);
    if (changed.nodes.size > 0) this.#turns++;
    const rows = causeRows(book.state, changed);
    const gone = this.#gone.length === 0 ? rows.gone : [...rows.gone, ...this.#unread(book.state)];
    return {
      explain: alarmExplainer(book),
      explainTurns: this.#turns,
      inGrace: alarmGrace(book.state),
      rows: { rows: rows.rows, gone },
      look: this.#probableLook(book.state.probable, now),
    };
  }

  /** A cause of it may yet show itself. */
  awaits(alarm: Alarm): boolean {
    return this.#book !== undefined && alarmAwaits(this.#book)(alarm);
  }

  /** Hands on what the world took since the last look: devices and agents that changed, and what hangs on an agent that came or went. */
  #hear(book: CauseBook): void {
    const { devices, agents } = this.#touches;
    for (const agentId of agents) this.#agent(book, agentId);
    for (const deviceId of devices) this.#device(book, deviceId);
    this.#touches.clear();
  }

  #agent(book: CauseBook, agentId: string): void {
    const agent = this.#world.agents.get(agentId);
    const before = this.#agents.get(agentId);
    if (agent?.state === before?.state && agent?.since === before?.since) return;
    if (agent === undefined) this.#agents.delete(agentId);
    else this.#agents.set(agentId, { state: agent.state, since: agent.since });
    book.hear(agentNode(agentId), agent === undefined ? null : agentHealth(agent));
    for (const deviceId of this.#devicesOf.get(agentId) ?? []) this.#device(book, deviceId);
  }

  #device(book: CauseBook, deviceId: string): void {
    const device = this.#world.devices.get(deviceId);
    book.hear(deviceId, device === undefined ? null : deviceHealth(device, this.#world.agents.get(device.agentId)));
  }

  #unread({ nodes, outs }: CauseState): CauseRows['gone'] {
    const gone = this.#gone.filter(({ key }) => !nodes.has(key) && !outs.has(key));
    this.#gone = [];
    return gone;
  }

  #probableLook(probable: CauseState['probable'], now: EpochMs): RuleLook {
    const { params, version } = this.#probable;
    const enabled = version?.enabled ?? true;
    return {
      rule: probableUpstreamHead.id,
      version: version?.version ?? 1,
      timing: version?.timing ?? probableUpstreamHead.timing,
      findings: enabled ? probable.map((found) => probableFinding(found, params, now)) : [],
    };
  }
}

const nothingKnown = {
  explain: () => null,
  inGrace: () => false,
  rows: { rows: [], gone: [] },
} satisfies Omit<CauseLooked, 'explainTurns' | 'look'>;
