import { unreachable } from '@cardwatch/kernel';
import type { SheetFailure } from '../../shell/sheets.ts';
import type { ServiceFailure, SheetFault } from '../failure.ts';

/** Why a file is not read, in the services' words. */
export function sheetFailure(failure: SheetFailure): ServiceFailure {
  const fault = (why: SheetFault, expected: string, value = '', place = 'body'): ServiceFailure => ({
    kind: 'sheet',
    why,
    place,
    value,
    expected,
  });
  switch (failure.kind) {
    case 'tooLarge':
      return failure.what === 'bytes' ? { kind: 'tooLarge', limitBytes: failure.max } : fault(failure.what, `<= ${failure.max}`);
    case 'tooLong':
      return fault(
        'cell',
        `<= ${failure.max}`,
        failure.column,
        `${failure.sheet === '' ? '' : `${failure.sheet}!`}${failure.row}`,
      );
    case 'bomb':
      return fault('bomb', `<= ${failure.max} ${failure.what}`);
    case 'encoding':
      return fault('encoding', 'UTF-8 | UTF-16 | GB18030');
    case 'empty':
      return fault('empty', 'a header and rows');
    case 'unreadable':
      return fault('unreadable', 'CSV | XLSX', failure.detail);
    default:
      return unreachable(failure);
  }
}
