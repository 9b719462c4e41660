/** What a person changes of a rule: a draft of texts, what it says, and how two versions differ. */
import type { RuleParamDto } from '@cardwatch/contracts/api';
import type { RuleTiming, RuleVersion } from '@cardwatch/contracts/watch';
import { err, fenFromYuan, ok, type Result, yuanFromFen } from '@cardwatch/kernel';

export const ruleFamilies = ['health', 'gate', 'water', 'money', 'told'] as const;
export const replayDays = ['1', '3', '7', '14', '31'] as const;

type Value = string | boolean | readonly string[];

/** Texts as they stand in the fields; by path. Times in seconds. */
export interface Draft {
  readonly enabled: boolean;
  readonly raiseAfterS: string;
  readonly clearAfterS: string;
  /** Empty: duration alone. */
  readonly n: string;
  readonly m: string;
  readonly values: Readonly<Record<string, Value>>;
}

type Said = Pick<RuleVersion, 'enabled' | 'timing' | 'params'>;

export function draftOf({ enabled, timing, params }: Said, fields: readonly RuleParamDto[]): Draft {
  return {
    enabled,
    raiseAfterS: String(timing.raiseAfterMs / 1_000),
    clearAfterS: String(timing.clearAfterMs / 1_000),
    n: timing.nOfM === null ? '' : String(timing.nOfM.n),
    m: timing.nOfM === null ? '' : String(timing.nOfM.m),
    values: Object.fromEntries(fields.map((field) => [field.path, shown(field, at(params, field))])),
  };
}

/** What stands at a path with dots; what the version leaves out has its default. */
export function at(params: Readonly<Record<string, unknown>>, { path, default: otherwise }: RuleParamDto): unknown {
  let value: unknown = params;
  for (const part of path.split('.'))
    value = typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(part) : undefined;
  return value ?? otherwise;
}

function shown(field: RuleParamDto, value: unknown): Value {
  if (field.kind === 'yesNo') return value === true;
  if (field.kind === 'list') return Array.isArray(value) ? value.map(String) : [];
  if (field.kind === 'json') return JSON.stringify(value);
  return field.unit === 'fen' && typeof value === 'number' ? yuanFromFen(value) : String(value);
}

/** The field that is wrong: a path, `raiseAfterS`, `clearAfterS` or `n`. */
export interface DraftFault {
  readonly field: string;
}

export function saidBy(draft: Draft, fields: readonly RuleParamDto[]): Result<Said, DraftFault> {
  const timing = timingOf(draft);
  if (!timing.ok) return timing;
  const params: Record<string, unknown> = {};
  for (const field of fields) {
    const value = meant(field, draft.values[field.path] ?? '');
    if (value === undefined) return err({ field: field.path });
    put(params, field.path.split('.'), value);
  }
  return ok({ enabled: draft.enabled, timing: timing.value, params });
}

const hours24S = 86_400;

function timingOf(draft: Draft): Result<RuleTiming, DraftFault> {
  const raise = numberIn(draft.raiseAfterS, { from: 0, to: hours24S });
  if (raise === undefined) return err({ field: 'raiseAfterS' });
  const clear = numberIn(draft.clearAfterS, { from: 0, to: hours24S });
  if (clear === undefined) return err({ field: 'clearAfterS' });
  const timing = { raiseAfterMs: Math.round(raise * 1_000), clearAfterMs: Math.round(clear * 1_000) };
  if (draft.n.trim() === '' && draft.m.trim() === '') return ok({ ...timing, nOfM: null });
  const [n, m] = [draft.n, draft.m].map((text) => numberIn(text, { from: 1, to: 60 }));
  if (n === undefined || m === undefined || n > m || !Number.isInteger(n) || !Number.isInteger(m)) return err({ field: 'n' });
  return ok({ ...timing, nOfM: { n, m } });
}

function numberIn(text: string, { from, to }: { readonly from: number | null; readonly to: number | null }): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= (from ?? value) && value <= (to ?? value) ? value : undefined;
}

function meant(field: RuleParamDto, value: Value): unknown {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return value;
  switch (field.kind) {
    case 'text':
      return value.trim() === '' ? undefined : value.trim();
    case 'choice':
      return field.choices.find((choice) => String(choice) === value);
    case 'json':
      return parsed(value);
    default: {
      const fen = field.unit === 'fen' ? fenFromYuan(value.trim()) : undefined;
      const number =
        field.unit !== 'fen' ? numberIn(value, field) : fen?.ok === true ? numberIn(String(fen.value), field) : undefined;
      return field.kind === 'whole' && number !== undefined && !Number.isInteger(number) ? undefined : number;
    }
  }
}

function parsed(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}

function put(into: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  const inner = into[first];
  const next: Record<string, unknown> = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  put(next, rest, value);
  into[first] = next;
}

export interface Change {
  /** Path of a parameter, or `enabled`, `raiseAfterS`, `clearAfterS`, `nOfM`. */
  readonly field: string;
  readonly before: Value;
  readonly after: Value;
}

/** Field by field what `next` says otherwise than `old`. */
export function changesOf(old: Said, next: Said, fields: readonly RuleParamDto[]): readonly Change[] {
  const [before, after] = [draftOf(old, fields), draftOf(next, fields)];
  const all: readonly Change[] = [
    { field: 'enabled', before: before.enabled, after: after.enabled },
    { field: 'raiseAfterS', before: before.raiseAfterS, after: after.raiseAfterS },
    { field: 'clearAfterS', before: before.clearAfterS, after: after.clearAfterS },
    { field: 'nOfM', before: nOfM(before), after: nOfM(after) },
    ...fields.map(({ path }) => ({ field: path, before: before.values[path] ?? '', after: after.values[path] ?? '' })),
  ];
  return all.filter((change) => String(change.before) !== String(change.after));
}

const nOfM = ({ n, m }: Draft): string => (n === '' ? '–' : `${n}/${m}`);
