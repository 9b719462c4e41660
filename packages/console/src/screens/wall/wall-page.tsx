import './wall.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { failureOf } from '../../api/failure.ts';
import { useConsole } from '../../console.tsx';
import { cssVariables, palettes } from '../../theme/palette.ts';
import { ThemeProvider } from '../../theme/theme.tsx';
import { useWords } from '../../words/words.tsx';
import { Scale } from './scale.ts';
import { useScale } from './use-scale.ts';
import { wallTimes } from './view.core.ts';
import { WallScreen } from './wall-screen.tsx';

const route = getRouteApi('/wall');
const dark = { name: 'dark', palette: palettes.dark, change: () => {} } as const;

/** The wall: always dark, as big as its screen, opened by the token in the fragment of its link or by who is signed in. */
export function WallPage() {
  return (
    <ThemeProvider value={dark}>
      <Dark>
        <Door />
      </Dark>
    </ThemeProvider>
  );
}

function Dark({ children }: { readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    for (const [variable, value] of cssVariables(palettes.dark)) box.current?.style.setProperty(variable, value);
  }, []);
  const scale = useScale(box);
  return (
    <div ref={box} className="wall" style={{ fontSize: `${16 * scale}px` }}>
      <Scale value={scale}>{children}</Scale>
    </div>
  );
}

function Door() {
  const t = useWords();
  const { queries } = useConsole();
  const search = route.useSearch();
  const door = useDoor();
  const wall = useQuery({
    ...queries.wall(),
    enabled: door === 'open',
    refetchInterval: wallTimes.renewMs,
    refetchIntervalInBackground: true,
  });
  const isRefused = door === 'refused' || isShut(wall.error);
  if (isRefused) return <Shut title={t('wall.shut')} text={t('wall.shutText')} />;
  if (wall.data !== undefined)
    return <WallScreen wall={wall.data} held={search.campus} hidesAmounts={search.hide === 'amounts'} />;
  if (wall.error === null) return <Shut title={t('wall.opening')} text="" />;
  return <Shut title={t('wall.unreachable')} text={t('wall.unreachableText')} />;
}

/** Neither the link nor anybody who is signed in lets this screen in. */
function isShut(error: unknown): boolean {
  if (error === null) return false;
  const failure = failureOf(error);
  return failure.kind === 'refused' && (failure.status === 401 || failure.status === 403);
}

function Shut({ title, text }: { readonly title: string; readonly text: string }) {
  const t = useWords();
  return (
    <div className="wall-shut" role="status">
      <h1>{title}</h1>
      {text !== '' && (
        <p>
          {text} <Link to="/sign-in">{t('signIn.title')}</Link>
        </p>
      )}
    </div>
  );
}

type DoorState = 'opening' | 'open' | 'refused';

/** Exchanges the token of the fragment for the screen's cookie, once, and takes it out of the address. */
function useDoor(): DoorState {
  const { client } = useConsole();
  const cache = useQueryClient();
  const [state, setState] = useState<DoorState>(() => (location.hash.length > 1 ? 'opening' : 'open'));
  const asked = useRef(false);
  useEffect(() => {
    const token = location.hash.slice(1);
    if (token === '' || asked.current) return;
    asked.current = true;
    history.replaceState(history.state, '', `${location.pathname}${location.search}`);
    void client.call('openWall', { body: { token } }).then((answer) => {
      void cache.invalidateQueries({ queryKey: ['wall'] });
      // a screen that was let in before reads on, whatever became of this token while the network was away
      setState(answer.ok || answer.error.kind === 'unreachable' ? 'open' : 'refused');
    });
  }, [client, cache]);
  return state;
}
