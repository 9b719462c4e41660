/** One version of a rule on trial: asked on every tick, its findings taken through the same condition step as in earnest; nobody is told. */
import type { AlarmLevel, AlarmReason, RuleId, Subject } from '@cardwatch/contracts/watch';
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import { type ConditionState, conditionAtStart, conditionStep } from '../alarm/condition.step.ts';
import type { Settled, Watching } from '../rules/registry.core.ts';
import type { Finding, Grade } from '../rules/rule.core.ts';
import type { EventFact, MoneyFact, World } from '../world/world.core.ts';

export const trialLimits = {
  /** Subjects whose condition is remembered at once. */
  subjects: 20_000,
  alarms: 50_000,
  /** A subject that has been calm for so long is forgotten: flapping looks back fifteen minutes. */
  calmMs: 20 * minuteMs,
} as const;

/** An alarm as it would have been. */
export interface TrialAlarm {
  readonly rule: RuleId;
  readonly version: number;
  readonly subject: Subject;
  /** The most urgent that it reached. */
  readonly level: AlarmLevel;
  readonly raisedAt: EpochMs;
  /** null: still up at the end. */
  readonly clearedAt: EpochMs | null;
  /** What was found when it was raised. */
  readonly reason: AlarmReason;
}

export interface TrialResult {
  readonly rule: RuleId;
  readonly version: number;
  /** By the time of the raise, then by subject. */
  readonly alarms: readonly TrialAlarm[];
  /** More than `trialLimits` allow: the counts are too low. */
  readonly overflowed: boolean;
}

interface Kept {
  readonly subject: Subject;
  state: ConditionState;
  holdsUntil: EpochMs | null;
  lastBreach: Finding | null;
  open: TrialAlarm | null;
}

export class Trial {
  readonly #settled: Settled;
  readonly #watching: Watching | null;
  readonly #kept = new Map<string, Kept>();
  readonly #alarms: TrialAlarm[] = [];
  #overflowed = false;

  constructor(settled: Settled) {
    this.#settled = settled;
    this.#watching = settled.shape === 'watcher' ? settled.start() : null;
  }

  get wantsTicks(): boolean {
    return this.#settled.version.enabled;
  }

  money(fact: MoneyFact, world: World, now: EpochMs): void {
    this.#watching?.money(fact, world, now);
  }

  event(fact: EventFact, world: World, now: EpochMs): void {
    this.#watching?.event(fact, world, now);
  }

  tick(world: World, steadyMs: number, now: EpochMs): void {
    const found = new Map(this.#look(world, now).map((finding) => [keyOf(finding.subject), finding]));
    for (const [key, finding] of found) this.#keep(key, finding, now);
    for (const [key, kept] of this.#kept) {
      this.#step(kept, found.get(key), steadyMs, now);
      if (isCalm(kept, now)) this.#kept.delete(key);
    }
  }

  result(): TrialResult {
    const { rule, version } = this.#settled.version;
    const open = [...this.#kept.values()].flatMap((kept) => (kept.open === null ? [] : [kept.open]));
    const alarms = [...this.#alarms, ...open].toSorted(
      (a, b) => a.raisedAt - b.raisedAt || order(keyOf(a.subject), keyOf(b.subject)),
    );
    return { rule, version, alarms, overflowed: this.#overflowed };
  }

  #look(world: World, now: EpochMs): readonly Finding[] {
    if (!this.#settled.version.enabled) return [];
    return this.#settled.shape === 'look' ? this.#settled.look(world, now) : (this.#watching?.look(world, now) ?? []);
  }

  #keep(key: string, finding: Finding, now: EpochMs): void {
    if (this.#kept.has(key) || finding.grade !== 'breach') return;
    if (this.#kept.size >= trialLimits.subjects) {
      this.#overflowed = true;
      return;
    }
    const { subject } = finding;
    this.#kept.set(key, { subject, state: conditionAtStart(now), holdsUntil: null, lastBreach: null, open: null });
  }

  #step(kept: Kept, finding: Finding | undefined, steadyMs: number, now: EpochMs): void {
    if (finding?.grade === 'breach') {
      kept.lastBreach = finding;
      kept.holdsUntil = finding.holdsUntil ?? null;
    }
    const grade = gradeOf(kept, finding, now);
    const [state] = conditionStep(kept.state, { type: 'looked', grade, timing: this.#settled.version.timing, steadyMs }, now);
    kept.state = state;
    const up = isUp(state);
    if (kept.open !== null && finding?.grade === 'breach')
      kept.open = { ...kept.open, level: moreUrgent(kept.open.level, finding.level) };
    if (up && kept.open === null) kept.open = this.#raise(kept, now);
    if (!up && kept.open !== null) kept.open = this.#clear(kept.open, now);
  }

  #raise({ subject, lastBreach }: Kept, now: EpochMs): TrialAlarm | null {
    if (lastBreach === null) return null;
    const { rule, version } = this.#settled.version;
    return { rule, version, subject, level: lastBreach.level, raisedAt: now, clearedAt: null, reason: lastBreach.reason };
  }

  #clear(open: TrialAlarm, now: EpochMs): null {
    if (this.#alarms.length >= trialLimits.alarms) this.#overflowed = true;
    else this.#alarms.push({ ...open, clearedAt: now });
    return null;
  }
}

const keyOf = ({ kind, id }: Subject): string => `${kind}|${id}`;
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const moreUrgent = (a: AlarmLevel, b: AlarmLevel): AlarmLevel => (a < b ? a : b);

function gradeOf(kept: Kept, finding: Finding | undefined, now: EpochMs): Grade | 'normal' {
  if (finding !== undefined) return finding.grade;
  return kept.holdsUntil !== null && kept.holdsUntil > now ? 'breach' : 'normal';
}

/** What is unknown stays what it was. */
function isUp({ condition, hidden }: ConditionState): boolean {
  const shown = condition === 'unknown' ? hidden : condition;
  return shown === 'active' || shown === 'flapping';
}

const isCalm = ({ state, open }: Kept, now: EpochMs): boolean =>
  open === null && state.condition === 'cleared' && state.foundAt === null && now - state.since > trialLimits.calmMs;
