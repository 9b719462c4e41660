import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import './frame.css';
import { connectionLimits } from '../live/connection.step.ts';
import { useConsole, usePollMs } from '../console.tsx';
import { useKeys } from '../grid/use-keys.ts';
import { useWords } from '../words/words.tsx';
import { KeyHelp } from './key-help.tsx';
import { NoRightPage } from './no-right.tsx';
import { placeOf } from './places.ts';
import { signsOfLife } from './presence.ts';
import { Rail } from './rail.tsx';
import { StaleBanner } from './stale-banner.tsx';
import { searchFieldId } from './find.tsx';
import { TopBar } from './top-bar.tsx';
import { useScopes } from './use-session.ts';
import { useTabCount } from './use-unacknowledged.ts';

/** What stands around every screen once somebody is signed in; owns the tab's live connection. */
export function Frame() {
  const t = useWords();
  const { choices } = useConsole();
  const [narrow, setNarrow] = useState(choices.read('rail') === 'narrow');
  useLive();
  useKeepAlive();
  useTabCount();
  useKeys({ '/': { word: 'keys.search', act: () => document.getElementById(searchFieldId)?.focus() } });
  const toggle = (): void => {
    choices.write('rail', narrow ? 'wide' : 'narrow');
    setNarrow(!narrow);
  };
  return (
    <div className={narrow ? 'frame narrow' : 'frame'}>
      <a className="skip" href="#main">
        {t('frame.skip')}
      </a>
      <Rail narrow={narrow} toggle={toggle} />
      <div className="stage">
        <TopBar />
        <StaleBanner />
        <main id="main" className="main" tabIndex={0}>
          <Screen />
        </main>
      </div>
      <KeyHelp />
    </div>
  );
}

/** The screen of the address, if this person may open it. */
function Screen() {
  const { pathname } = useLocation();
  const scopes = useScopes();
  const place = placeOf(pathname);
  return place === undefined || scopes.length === 0 || scopes.includes(place.scope) ? <Outlet /> : <NoRightPage place={place} />;
}

/** Connects while the frame stands; a tab that nobody looks at for a while gives its connection back. */
function useLive(): void {
  const { live, after } = useConsole();
  useEffect(() => {
    live.start();
    let cancel = (): void => {};
    const onVisibility = (): void => {
      cancel();
      if (document.visibilityState === 'visible') live.seen(true);
      else cancel = after(connectionLimits.hiddenMs, () => live.seen(false));
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      cancel();
      live.stop();
    };
  }, [live, after]);
}

const keepAliveMs = 240_000;

/** The session lives as long as somebody is there, also when the page asks for nothing. */
function useKeepAlive(): void {
  const { presence, queries } = useConsole();
  useEffect(() => {
    for (const sign of signsOfLife) document.addEventListener(sign, presence.seen, { passive: true });
    return () => {
      for (const sign of signsOfLife) document.removeEventListener(sign, presence.seen);
    };
  }, [presence]);
  useQuery({ ...queries.session(), refetchInterval: usePollMs(keepAliveMs) });
}
