import { Checkbox, Popover } from 'antd';
import { icons } from '../frame/icons.tsx';
import type { Column } from '../grid/column.ts';
import { useWords } from '../words/words.tsx';

/** Search parameter `hide`: keys of columns that are not shown, with commas. */
export const hiddenIn = (hide: string | undefined): ReadonlySet<string> => new Set(hide?.split(',').filter(Boolean));

export function shownColumns<T>(columns: readonly Column<T>[], hide: string | undefined): readonly Column<T>[] {
  const hidden = hiddenIn(hide);
  return columns.filter((column) => column.fixed === true || !hidden.has(column.key));
}

interface ColumnsButtonProps<T> {
  readonly columns: readonly Column<T>[];
  readonly hide: string | undefined;
  readonly change: (hide: string | undefined) => void;
}

/** Which columns the list shows; the choice stands in the address. */
export function ColumnsButton<T>({ columns, hide, change }: ColumnsButtonProps<T>) {
  const t = useWords();
  const hidden = hiddenIn(hide);
  const toggle = (key: string): void => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    change(next.size === 0 ? undefined : [...next].join(','));
  };
  const boxes = columns
    .filter((column) => column.fixed !== true && column.title !== '')
    .map((column) => (
      <Checkbox key={column.key} checked={!hidden.has(column.key)} onChange={() => toggle(column.key)}>
        {column.title}
      </Checkbox>
    ));
  return (
    <Popover trigger="click" placement="bottomRight" content={<div className="choices">{boxes}</div>}>
      <button type="button" className="quiet" aria-haspopup="dialog">
        {icons.columns} {t('list.columns')}
      </button>
    </Popover>
  );
}
