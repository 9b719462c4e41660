/** A preview in the words of the API. */
import { type RegisterEditDto, registerListedMax, type RegisterPreviewDto, type RowErrorDto } from '@cardwatch/contracts/api';
import {
  type Column,
  headers,
  type Preview,
  type RegisterEdit,
  type RowError,
  sayRowError,
} from '../../core/register/index.core.ts';

export function previewDto(
  { counts, unchangedRows, errorCount, errors, changes }: Preview,
  head: Pick<RegisterPreviewDto, 'previewId' | 'expiresAt' | 'sheet' | 'digest' | 'rows'>,
): RegisterPreviewDto {
  return {
    ...head,
    unchangedRows,
    counts,
    backdated: changes.filter(({ backdated }) => backdated).length,
    errorCount,
    errors: errors.slice(0, registerListedMax).map((error) => errorDto(error, head.sheet)),
    changeCount: changes.length,
    changes: changes
      .slice(0, registerListedMax)
      .map(({ kind, row, deviceId, backdated, edit }) => ({ ...editDto(edit), kind, row, deviceId, backdated })),
  };
}

export const editDto = ({ table, key, before, after }: RegisterEdit): RegisterEditDto => ({ table, key, before, after });

const isColumn = (column: string): column is Column => Object.hasOwn(headers, column);

function errorDto(error: RowError, sheet: string): RowErrorDto {
  const { column } = error;
  const columnName = isColumn(column) ? headers[column] : { zh: column, en: column };
  return { ...error, sheet, columnName, words: { zh: sayRowError(error, 'zh'), en: sayRowError(error, 'en') } };
}
