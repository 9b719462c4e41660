import { useLocation, useRouter } from '@tanstack/react-router';
import { Input, Popover } from 'antd';
import { useState } from 'react';
import { useConsole } from '../console.tsx';
import { icons } from '../frame/icons.tsx';
import { useWords } from '../words/words.tsx';
import { type SavedView, viewLimits, viewsFrom, withoutView, withView } from './views.core.ts';

/** 视图: names for addresses of this list, kept by this browser; what a view means stands in the address alone. */
export function ViewsButton() {
  const t = useWords();
  const { choices } = useConsole();
  const router = useRouter();
  const { pathname, searchStr } = useLocation();
  const place = `views.${pathname}`;
  const [views, setViews] = useState<readonly SavedView[]>(() => viewsFrom(choices.read(place)));
  const [name, setName] = useState('');
  const keep = (next: readonly SavedView[]): void => {
    choices.write(place, JSON.stringify(next));
    setViews(next);
  };
  const add = (): void => {
    if (name.trim() === '') return;
    keep(withView(views, { name: name.trim(), search: searchStr }));
    setName('');
  };
  const rows = views.map((view) => (
    <li key={view.name} className="view-row">
      <button
        type="button"
        className="quiet"
        aria-current={view.search === searchStr}
        onClick={() => router.history.push(pathname + view.search)}
      >
        {view.name}
      </button>
      <button
        type="button"
        className="quiet"
        aria-label={t('views.remove', { name: view.name })}
        onClick={() => keep(withoutView(views, view.name))}
      >
        ×
      </button>
    </li>
  ));
  const content = (
    <div className="choices">
      {rows.length === 0 ? <p className="meta">{t('views.none')}</p> : <ul>{rows}</ul>}
      <Input
        size="small"
        maxLength={viewLimits.nameChars}
        value={name}
        placeholder={t('views.name')}
        aria-label={t('views.name')}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={add}
        suffix={
          <button type="button" className="quiet" disabled={name.trim() === ''} onClick={add}>
            {t('views.keep')}
          </button>
        }
      />
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomLeft" content={content}>
      <button type="button" className="quiet" aria-haspopup="dialog">
        {icons.views} {t('views.title')}
      </button>
    </Popover>
  );
}
