/** The rules that are in force: each settled once from its latest version, asked on every look. */
import { type RuleId, type RuleTiming, type RuleVersion } from '@cardwatch/contracts/watch';
import { type EpochMs, secondMs } from '@cardwatch/kernel';
import type { RuleLook } from '../core/alarm/book.core.ts';
import { moneyRules } from '../core/rules/money/index.core.ts';
import { defaultVersion, rules, settle, type Settled, type Watching } from '../core/rules/registry.core.ts';
import type { Finding } from '../core/rules/rule.core.ts';
import type { EventFact, MoneyFact, World } from '../core/world/world.core.ts';

interface InForce {
  readonly version: RuleVersion;
  readonly settled: Settled;
  readonly watching: Watching | undefined;
}

const nothing: readonly Finding[] = [];

/** Rules whose own times are minutes look at this pace, each in its own second of it: a look costs what is urgent and a fifth of the rest. */
const unhurriedMs = 5 * secondMs;
const unhurried: ReadonlySet<RuleId> = new Set<RuleId>([
  // each of the five that cost most has a second of its own
  'salesDeviation',
  'terminalSilent',
  'busMoisture',
  'offlineRatio',
  'parameterLag',
  ...moneyRules.map(({ id }) => id),
  'busErrors',
  'clockDrift',
  'blacklistLag',
  'storeNearlyFull',
  'backlog',
  'agentDisk',
  'recordGap',
  'deadLetters',
  'denyRatio',
  'gateSilent',
  'unrefunded',
  'meterBackwards',
  'longSession',
]);

export class RuleSet {
  readonly #inForce = new Map<RuleId, InForce>();
  /** When each unhurried rule looked last. */
  readonly #lookedAt = new Map<RuleId, number>();

  /** The defaults of this release, and over them what people have saved. Gives the versions that this release cannot read: their default holds. */
  constructor(saved: readonly RuleVersion[], now: EpochMs) {
    for (const rule of rules) {
      const version = defaultVersion(rule.id, now);
      if (version !== undefined) this.take(version);
    }
    for (const version of saved) this.take(version);
    [...unhurried].forEach((rule, at) => this.#lookedAt.set(rule, now - ((at * secondMs) % unhurriedMs)));
  }

  /** False when its parameters do not fit: what held goes on. A watcher begins anew, with what it is told after. */
  take(version: RuleVersion): boolean {
    const settled = settle(version);
    if (!settled.ok) return false;
    const watching = settled.value.shape === 'watcher' ? settled.value.start() : undefined;
    this.#inForce.set(version.rule, { version, settled: settled.value, watching });
    return true;
  }

  /** How far back facts are to be told again after a start. */
  get lookBackMs(): number {
    return Math.max(
      0,
      ...[...this.#inForce.values()].map(({ settled }) => (settled.shape === 'watcher' ? settled.lookBackMs : 0)),
    );
  }

  get versions(): readonly RuleVersion[] {
    return [...this.#inForce.values()].map(({ version }) => version);
  }

  timingOf(rule: RuleId): RuleTiming | undefined {
    return this.#inForce.get(rule)?.version.timing;
  }

  /** `only`: to this rule alone. */
  tell(
    facts: { readonly money: readonly MoneyFact[]; readonly events: readonly EventFact[] },
    world: World,
    now: EpochMs,
    only?: RuleId,
  ): void {
    for (const [rule, { settled, watching }] of this.#inForce) {
      if (only !== undefined && rule !== only) continue;
      if (settled.shape !== 'watcher' || watching === undefined) continue;
      if (settled.wants.money) for (const fact of facts.money) watching.money(fact, world, now);
      if (settled.wants.event) for (const fact of facts.events) watching.event(fact, world, now);
    }
  }

  /** An unhurried rule has looked a moment ago. A clock that stepped back makes nobody wait. */
  #waits(rule: RuleId, now: EpochMs): boolean {
    if (!unhurried.has(rule)) return false;
    const since = now - (this.#lookedAt.get(rule) ?? 0);
    if (since >= 0 && since < unhurriedMs) return true;
    this.#lookedAt.set(rule, now);
    return false;
  }

  /** What each rule finds now. A rule that is switched off looks and finds nothing; those in `resting` do not look at all. */
  look(world: World, resting: ReadonlySet<RuleId>, now: EpochMs): RuleLook[] {
    const looks: RuleLook[] = [];
    for (const [rule, { version, settled, watching }] of this.#inForce) {
      if (resting.has(rule) || this.#waits(rule, now)) continue;
      const findings = version.enabled ? found(settled, watching, world, now) : nothing;
      looks.push({ rule, version: version.version, timing: version.timing, findings });
    }
    return looks;
  }
}

function found(settled: Settled, watching: Watching | undefined, world: World, now: EpochMs): readonly Finding[] {
  return settled.shape === 'look' ? settled.look(world, now) : (watching?.look(world, now) ?? nothing);
}
