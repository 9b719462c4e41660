/** Figures of the contract: how each is written, and which of its two lists is what a person wants to see. */
import type { FigureDto, SlaDto } from '@cardwatch/contracts/api';
import { duration, type Language } from '../../format/time.ts';

/** `98.3 %`, `12 分`, `3`; undefined where nothing was there to count. */
export function figureText({ value, unit }: Pick<FigureDto, 'value' | 'unit'>, language: Language): string | undefined {
  if (value === null) return undefined;
  if (unit === 'ms') return duration(value, language);
  return unit === 'count' ? String(value) : percent(value);
}

/** One decimal, never rounded up to a whole that was not reached. */
export function percent(share: number): string {
  const tenths = Math.floor(share * 1_000 + 1e-9);
  return `${Math.floor(tenths / 10)}.${tenths % 10} %`;
}

/** Three decimals, as availability is promised; never rounded up. */
export function finePercent(share: number): string {
  const parts = Math.floor(share * 100_000 + 1e-6);
  return `${Math.floor(parts / 1_000)}.${String(parts % 1_000).padStart(3, '0')} %`;
}

/** Of how many: nothing for a mean and a count. */
export const ofHowMany = ({ unit, numerator, denominator }: FigureDto): string =>
  unit === 'ratio' && denominator > 0 ? `${numerator}/${denominator}` : '';

export const figuresOf = ({ quality, onTime }: SlaDto): readonly FigureDto[] => [
  ...quality,
  ...onTime.map(({ figure }) => figure),
];

/** Those that count against a share; those that a count counts are not against anything. */
export const listsOf = ({
  unit,
  counted,
  against,
}: FigureDto): { readonly first: readonly string[]; readonly rest: readonly string[] } =>
  unit === 'ms' ? { first: [], rest: counted } : { first: against, rest: counted.filter((number) => !against.includes(number)) };
