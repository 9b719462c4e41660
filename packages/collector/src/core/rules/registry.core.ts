/** All rules in one fixed order, and the way from a stored version to a rule that can be asked. */
import type { RuleId, RuleVersion } from '@cardwatch/contracts/watch';
import { type EpochMs, err, ok, type Result } from '@cardwatch/kernel';
import type { EventFact, MoneyFact, World } from '../world/world.core.ts';
import { gateRules } from './gate/index.core.ts';
import { healthRules } from './health/index.core.ts';
import type { AnyRule, Finding } from './rule.core.ts';
import { moneyRules } from './money/index.core.ts';
import { selfRules } from './told/index.core.ts';
import { waterRules } from './water/index.core.ts';

const families = { health: healthRules, gate: gateRules, water: waterRules, money: moneyRules, told: selfRules } as const;
export type Family = keyof typeof families;

/** The order in which rules are asked and shown. */
export const rules: readonly AnyRule[] = Object.values(families).flat();

const familyById: ReadonlyMap<RuleId, Family> = new Map(
  Object.entries(families).flatMap(([family, of]) => of.map(({ id }) => [id, family as Family] as const)),
);

/** What devices tell of themselves is the family of whatever has no other. */
export const familyOf = (id: RuleId): Family => familyById.get(id) ?? 'told';

const byId: ReadonlyMap<RuleId, AnyRule> = new Map(rules.map((rule) => [rule.id, rule]));

/** undefined: the id has no rule of its own (`probableUpstream` is found by the cause). */
export const ruleOf = (id: RuleId): AnyRule | undefined => byId.get(id);

/** Version 1 of a rule that nobody has changed yet. undefined as for `ruleOf`. */
export function defaultVersion(id: RuleId, now: EpochMs): RuleVersion | undefined {
  const rule = ruleOf(id);
  if (rule === undefined) return undefined;
  return {
    rule: id,
    version: 1,
    // the guard sends its own test through every address; this one goes the way of the policies, where somebody wants that
    enabled: id !== 'testAlarm',
    timing: rule.timing,
    params: { ...asFields(rule.defaults) },
    author: 'cardwatch',
    reason: 'default of this release',
    basis: 'default',
    savedAt: now,
  };
}

/** `field` is the parameter's path, empty when the parameters as a whole are wrong. */
export type SettleFailure =
  | { readonly kind: 'unknownRule'; readonly rule: RuleId }
  | { readonly kind: 'badParameter'; readonly field: string; readonly why: string };

interface SettledHead {
  readonly rule: AnyRule;
  readonly version: RuleVersion;
  /** Complete: what the version left out has its default. */
  readonly params: Readonly<Record<string, unknown>>;
}

export interface SettledLook extends SettledHead {
  readonly shape: 'look';
  look(world: World, now: EpochMs): readonly Finding[];
}

/** What a watcher remembers. Begun empty; after a restart it is told the facts of the last `lookBackMs` again, in order, before it is asked. */
export interface Watching {
  money(fact: MoneyFact, world: World, now: EpochMs): void;
  event(fact: EventFact, world: World, now: EpochMs): void;
  look(world: World, now: EpochMs): readonly Finding[];
}

export interface SettledWatcher extends SettledHead {
  readonly shape: 'watcher';
  readonly lookBackMs: number;
  /** Which facts it wants to be told. */
  readonly wants: { readonly money: boolean; readonly event: boolean };
  start(): Watching;
}

export type Settled = SettledLook | SettledWatcher;

/** Parses a version's parameters with the rule's own schema; a parameter that an older version does not have gets its default. */
export function settle(version: RuleVersion): Result<Settled, SettleFailure> {
  const rule = ruleOf(version.rule);
  if (rule === undefined) return err({ kind: 'unknownRule', rule: version.rule });
  const parsed = rule.params.safeParse({ ...asFields(rule.defaults), ...version.params });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    return err({ kind: 'badParameter', field: unknown ?? issue?.path.join('.') ?? '', why: issue?.message ?? 'not valid' });
  }
  return ok(settled(rule, version, parsed.data));
}

function settled(rule: AnyRule, version: RuleVersion, parsed: unknown): Settled {
  const head = { rule, version, params: asFields(parsed) };
  const params = asOwn(parsed);
  if (rule.shape === 'look') return { ...head, shape: 'look', look: (world, now) => rule.look(world, params, now) };
  return {
    ...head,
    shape: 'watcher',
    lookBackMs: rule.lookBackMs,
    wants: { money: rule.money !== undefined, event: rule.event !== undefined },
    start(): Watching {
      const state = asOwn(rule.start());
      return {
        money: (fact, world, now) => rule.money?.(state, fact, { world, params, now }),
        event: (fact, world, now) => rule.event?.(state, fact, { world, params, now }),
        look: (world, now) => rule.look(state, { world, params, now }),
      };
    },
  };
}

/** What the rule's own schema has parsed, or its own `start` has made, given back to that same rule. */
const asOwn = (own: unknown): never => own as never;

/** Parameters are objects by construction: a schema of anything else does not fit `RuleVersion.params`. */
const asFields = (value: unknown): Readonly<Record<string, unknown>> => value as Readonly<Record<string, unknown>>;
