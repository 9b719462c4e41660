import { Dropdown } from 'antd';
import { useState } from 'react';
import { useConsole } from '../console.tsx';
import { fileTime } from '../format/time.ts';
import { FailureNote } from '../frame/failure.tsx';
import { icons } from '../frame/icons.tsx';
import type { Column } from '../grid/column.ts';
import { useWords } from '../words/words.tsx';
import { save, xlsxBlob } from './save.ts';
import { csvOf, sheetOf } from './sheet.core.ts';

/** More than this is for the API and a script. */
export const exportRowsMax = 50_000;

interface ExportButtonProps<T> {
  /** Of the file, without its end. */
  readonly name: string;
  readonly columns: readonly Column<T>[];
  /** Every row of the list as it is filtered, also those not yet on the screen; at most `exportRowsMax`. */
  readonly all: (signal: AbortSignal) => Promise<readonly T[]>;
}

/** 导出: the list as it is filtered, with the columns as they are chosen, as CSV or XLSX. */
export function ExportButton<T>({ name, columns, all }: ExportButtonProps<T>) {
  const t = useWords();
  const { now } = useConsole();
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: Error | null }>({ busy: false, error: null });
  const run = async (kind: 'csv' | 'xlsx'): Promise<void> => {
    setState({ busy: true, error: null });
    try {
      const { header, rows } = sheetOf(columns, await all(AbortSignal.timeout(120_000)));
      const file = `${name}_${fileTime(now())}.${kind}`;
      save(
        file,
        kind === 'csv' ? new Blob([csvOf(header, rows)], { type: 'text/csv;charset=utf-8' }) : await xlsxBlob(header, rows),
      );
      setState({ busy: false, error: null });
    } catch (error) {
      setState({ busy: false, error: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  const items = (['csv', 'xlsx'] as const).map((kind) => ({
    key: kind,
    label: kind.toUpperCase(),
    onClick: () => void run(kind),
  }));
  return (
    <>
      {state.error !== null && <FailureNote error={state.error} />}
      <Dropdown menu={{ items }} trigger={['click']} disabled={state.busy}>
        <button type="button" className="quiet" aria-haspopup="menu" aria-busy={state.busy}>
          {icons.download} {t('list.export')}
        </button>
      </Dropdown>
    </>
  );
}
