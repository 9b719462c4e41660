/** A figure with its definition beside it and the rows that it was counted from, so that it can be argued with. */
/** Codes of definitions; the words are in the console. Stable: they stand in issued reports. A changed definition is a new code. */
export type DefinitionCode =
  | 'respondOnTime.v1'
  | 'onSiteOnTime.v1'
  | 'restoreOnTime.v1'
  | 'resolveOnTime.v1'
  | 'preliminaryReportOnTime.v1'
  | 'finalReportOnTime.v1'
  | 'firstTimeFix.v1'
  | 'repeatRate.v1'
  | 'recurrenceRate.v1'
  | 'majorIncidents.v1'
  | 'majorIncidentsAttributable.v1'
  | 'mtta.v1'
  | 'mttr.v1'
  | 'recordCompleteness.v1';

export interface Figure {
  readonly definition: DefinitionCode;
  /** `ratio` from 0 to 1, `ms` or `count`; null where nothing was there to count. */
  readonly value: number | null;
  readonly unit: 'ratio' | 'ms' | 'count';
  readonly numerator: number;
  readonly denominator: number;
  /** Parameters of the definition, e.g. `{ repeatWithinDays: 7 }`. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Numbers of the incidents in the denominator, and of those that count against the figure. */
  readonly counted: readonly string[];
  readonly against: readonly string[];
}

interface RatioParts<T> {
  readonly definition: DefinitionCode;
  readonly all: readonly T[];
  readonly good: (one: T) => boolean;
  readonly nameOf: (one: T) => string;
  readonly parameters?: Figure['parameters'];
}

export function ratio<T>({ definition, all, good, nameOf, parameters = {} }: RatioParts<T>): Figure {
  const against = all.filter((one) => !good(one)).map(nameOf);
  const numerator = all.length - against.length;
  const value = all.length === 0 ? null : numerator / all.length;
  return { definition, unit: 'ratio', value, numerator, denominator: all.length, parameters, counted: all.map(nameOf), against };
}

/** Mean of what is known; `against`: none. */
export function mean(definition: DefinitionCode, each: readonly { readonly name: string; readonly ms: number }[]): Figure {
  const numerator = each.reduce((sum, { ms }) => sum + ms, 0);
  const value = each.length === 0 ? null : numerator / each.length;
  const counted = each.map(({ name }) => name);
  return { definition, unit: 'ms', value, numerator, denominator: each.length, parameters: {}, counted, against: [] };
}

export function count(definition: DefinitionCode, names: readonly string[], of: readonly string[]): Figure {
  const parts = { value: names.length, numerator: names.length, denominator: of.length };
  return { definition, unit: 'count', ...parts, parameters: {}, counted: of, against: names };
}
