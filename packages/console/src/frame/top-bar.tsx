import { useQueryClient } from '@tanstack/react-query';
import { type RegisteredRouter, useNavigate, useSearch } from '@tanstack/react-router';
import { Dropdown } from 'antd';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useConnection, useConsole, useNow } from '../console.tsx';
import { clockTime, zone } from '../format/time.ts';
import { isStale } from '../live/connection.step.ts';
import { withSearch } from '../search.ts';
import { themeNames } from '../theme/palette.ts';
import { useTheme } from '../theme/theme.tsx';
import { useLanguage, useWords } from '../words/words.tsx';
import { icons } from './icons.tsx';
import { useSession } from './use-session.ts';

const ChangePasswordDialog = lazy(async () => ({
  default: (await import('./change-password-dialog.tsx')).ChangePasswordDialog,
}));

export const searchFieldId = 'search-field';

type DeviceSearch = ReturnType<typeof useSearch<RegisteredRouter, '/app/devices'>>;

export function TopBar() {
  return (
    <header className="top-bar">
      <Search />
      <DataAsOf />
      <LanguageSwitch />
      <ThemeSwitch />
      <UserMenu />
    </header>
  );
}

/** Searches devices by id, name and place; what was searched for stands in the address. */
function Search() {
  const t = useWords();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/app/devices', shouldThrow: false }) ?? {};
  const asked = filter.q ?? '';
  const [text, setText] = useState({ asked, value: asked });
  if (text.asked !== asked) setText({ asked, value: asked });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const q = text.value.trim();
    void navigate({ to: '/devices', search: withSearch<DeviceSearch>(filter, { q: q === '' ? undefined : q }) });
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      {icons.search}
      <input
        id={searchFieldId}
        type="search"
        maxLength={64}
        value={text.value}
        placeholder={t('search.placeholder')}
        aria-label={t('search.label')}
        onChange={(event) => setText({ asked, value: event.target.value })}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

function DataAsOf() {
  const t = useWords();
  const connection = useConnection();
  const now = useNow(1_000);
  if (connection.heardAt === undefined) return <span className="as-of meta">{t('live.connecting')}</span>;
  const stale = isStale(connection, now);
  return (
    <span className={stale ? 'as-of tone-level1' : 'as-of meta'} title={t('live.explain')}>
      {t('live.asOf', { at: clockTime(connection.heardAt) })} <span className="zone">{zone}</span>
    </span>
  );
}

export function LanguageSwitch() {
  const { language, change } = useLanguage();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <button type="button" className="quiet" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => change(other)}>
      {other === 'zh' ? '中文' : 'English'}
    </button>
  );
}

function ThemeSwitch() {
  const t = useWords();
  const theme = useTheme();
  const items = themeNames.map((name) => ({ key: name, label: t(`theme.${name}`), onClick: () => theme.change(name) }));
  return (
    <Dropdown menu={{ items, selectable: true, selectedKeys: [theme.name] }} trigger={['click']}>
      <button type="button" className="quiet" aria-haspopup="menu">
        {t('theme.is', { name: t(`theme.${theme.name}`) })}
      </button>
    </Dropdown>
  );
}

function UserMenu() {
  const t = useWords();
  const session = useSession();
  const { client, live } = useConsole();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [changing, setChanging] = useState(false);
  if (session === undefined) return null;
  const signOut = async (): Promise<void> => {
    await client.call('signOut', {});
    live.stop();
    cache.clear();
    await navigate({ to: '/sign-in' });
  };
  const items = [
    { key: 'who', label: `${session.name} · ${t(`role.${session.role}`)}`, disabled: true },
    { key: 'password', label: t('password.change'), onClick: () => setChanging(true) },
    { key: 'out', label: t('session.signOut'), onClick: () => void signOut() },
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']}>
        <button type="button" className="quiet user" aria-haspopup="menu">
          {session.displayName}
        </button>
      </Dropdown>
      {changing && (
        <Suspense>
          <ChangePasswordDialog close={() => setChanging(false)} />
        </Suspense>
      )}
    </>
  );
}
