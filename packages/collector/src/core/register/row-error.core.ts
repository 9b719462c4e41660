/** What is wrong with a cell, by code: the words of both languages are in `words-zh` and `words-en`. */

export const rowErrorCodes = [
  'tooManyRows',
  'missingColumn',
  'unknownColumn',
  'doubleColumn',
  'required',
  'badDeviceId',
  'unknownDevice',
  'tooLong',
  'badPart',
  'gapInPlace',
  'badUpstream',
  'unknownParent',
  'cycle',
  'tooDeep',
  'contradicts',
  'merchantIncomplete',
  'badDate',
  'endBeforeStart',
  'doubleRow',
  'overlap',
  'historyFixed',
  'outOfReach',
] as const;
export type RowErrorCode = (typeof rowErrorCodes)[number];

/** `row` as the sheet counts it, 1 is the header. `right`: what would be right, where it can be said; the gap `{right}` of the words. */
export interface RowError {
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly code: RowErrorCode;
  readonly right: string;
}

/** Of a value, so much is shown. */
const shownMax = 100;

export const rowError = (
  row: number,
  column: string,
  { value, code, right = '' }: { readonly value: string; readonly code: RowErrorCode; readonly right?: string },
): RowError => ({
  row,
  column,
  value: value.length > shownMax ? `${value.slice(0, shownMax - 1)}…` : value,
  code,
  right,
});
