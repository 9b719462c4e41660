import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Dropdown } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useConnection, useConsole, useNow } from '../console.tsx';
import { clockTime, zone } from '../format/time.ts';
import { isStale } from '../live/connection.step.ts';
import { themeNames } from '../theme/palette.ts';
import { useTheme } from '../theme/theme.tsx';
import { useLanguage, useWords } from '../words/words.tsx';
import { CampusSwitch } from './campus-switch.tsx';
import { Find } from './find.tsx';
import { OnDuty } from './on-duty.tsx';
import { useSession } from './use-session.ts';

const ChangePasswordDialog = lazy(async () => ({
  default: (await import('./change-password-dialog.tsx')).ChangePasswordDialog,
}));

export function TopBar() {
  return (
    <header className="top-bar">
      <CampusSwitch />
      <Find />
      <DataAsOf />
      <OnDuty />
      <LanguageSwitch />
      <ThemeSwitch />
      <UserMenu />
    </header>
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
