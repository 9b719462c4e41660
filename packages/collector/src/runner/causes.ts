/** Who is to blame, look by look: the graph of ways, the step over it, and what goes into the store to find it again after a restart. */
import type { RuleVersion } from '@cardwatch/contracts/watch';
import type { EpochMs, Logger } from '@cardwatch/kernel';
import type { RuleLook } from '../core/alarm/book.core.ts';
import type { SuppressionAsk } from '../core/alarm/suppression.core.ts';
import {
  alarmExplainer,
  type Building,
  buildingsOf,
  type CauseRow,
  causeAtStart,
  causeFromRows,
  type CauseRows,
  causeRows,
  type CauseState,
  causeStep,
  type Graph,
  graceMsDefault,
  graphNodesOf,
  healthOf,
  probableFinding,
  ProbableParams,
  probableUpstreamHead,
  soundGraph,
} from '../core/cause/index.core.ts';
import type { World } from '../core/world/world.core.ts';

export class Causes {
  readonly #log: Logger;
  #state: CauseState = causeAtStart;
  #graph: Graph | undefined;
  #buildings: readonly Building[] = [];
  #probable: { readonly params: ProbableParams; readonly version: RuleVersion | undefined } = {
    params: probableUpstreamHead.defaults,
    version: undefined,
  };

  constructor(log: Logger) {
    this.#log = log;
  }

  restore(rows: readonly CauseRow[]): void {
    const { state, unreadable } = causeFromRows(rows);
    this.#state = state;
    if (unreadable > 0) this.#log.log('warn', 'watch.causesUnreadable', { rows: unreadable });
  }

  /** False when its parameters do not fit: what held goes on. */
  take(version: RuleVersion): boolean {
    const params = ProbableParams.safeParse({ ...probableUpstreamHead.defaults, ...version.params });
    if (params.success) this.#probable = { params: params.data, version };
    return params.success;
  }

  /** The ways have changed. Where people draw, a circle is refused; one that agents make together costs its own nodes their ways, and is told. */
  reshape(world: World): void {
    const sound = soundGraph(graphNodesOf(world));
    if (sound === null) return this.#log.log('error', 'watch.graph', { problem: 'no part of it is sound' });
    for (const { why, nodes } of sound.mended)
      this.#log.log('warn', 'watch.graph', { problem: why.kind, nodes: nodes.join(' ').slice(0, 400) });
    this.#graph = sound.graph;
    this.#buildings = buildingsOf(world.devices.values());
  }

  /** One look. The rows belong into the commit of this look. */
  look(
    world: World,
    now: EpochMs,
  ): { readonly explain: SuppressionAsk['explain']; readonly rows: CauseRows; readonly look: RuleLook } {
    if (this.#graph === undefined) this.reshape(world);
    const before = this.#state;
    if (this.#graph !== undefined) {
      const ask = { graph: this.#graph, health: healthOf(world), buildings: this.#buildings, probable: this.#probable.params };
      [this.#state] = causeStep(before, { ...ask, graceMs: graceMsDefault }, now);
    }
    return { explain: alarmExplainer(this.#state), rows: causeRows(before, this.#state), look: this.#probableLook(now) };
  }

  #probableLook(now: EpochMs): RuleLook {
    const { params, version } = this.#probable;
    const enabled = version?.enabled ?? true;
    return {
      rule: probableUpstreamHead.id,
      version: version?.version ?? 1,
      timing: version?.timing ?? probableUpstreamHead.timing,
      findings: enabled ? this.#state.probable.map((found) => probableFinding(found, params, now)) : [],
    };
  }
}
