import type { SessionDto } from '@cardwatch/contracts/api';
import { epochMs } from '@cardwatch/kernel';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { fetchAhead } from './ahead/begin.ts';
import { createClient } from './api/client.ts';
import { isSignedOut, mayRetry } from './api/failure.ts';
import { keys } from './api/keys.ts';
import { queriesOf } from './api/queries.ts';
import type { Console } from './console.tsx';
import type { Language } from './format/time.ts';
import { Presence } from './frame/presence.ts';
import { Live } from './live/live.ts';
import { createConsoleRouter } from './router.tsx';
import { browserClock } from './shell/clock.ts';
import { browserRandom, newId } from './shell/random.ts';
import { browserChoices } from './shell/storage.ts';
import { languages } from './words/say.ts';

/** Live events keep what is shown up to date; asking again is for what they do not carry. */
const staleMs = 30_000;

const languageTags: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' };

/** The wall has its own way in, and says itself when it is shut. */
const ofTheWall: ReadonlySet<unknown> = new Set(['wall', 'wallDay']);

/** Whether a refusal of this question tells that who was signed in is so no longer. */
const endsSession = ({
  queryKey,
  state,
}: {
  readonly queryKey: readonly unknown[];
  readonly state: { readonly data: unknown };
}): boolean => !ofTheWall.has(queryKey[0]) && (queryKey[0] !== 'session' || state.data !== undefined);

/** Puts the one console of this page together. */
export function wire() {
  let skewMs = 0;
  let language: Language = languages.find((known) => known === browserChoices.read('language')) ?? 'zh';
  const now = () => epochMs(browserClock.now() + skewMs);

  const cache = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => isSignedOut(error) && endsSession(query) && signedOut(),
    }),
    defaultOptions: { queries: { staleTime: staleMs, retry: mayRetry }, mutations: { retry: false } },
  });
  const client = createClient({
    fetch: fetchAhead,
    language: () => languageTags[language],
    csrf: () => cache.getQueryData<SessionDto>(keys.session)?.csrf,
    heardServerTime: (at) => {
      // the header counts whole seconds: a small difference says nothing
      const difference = at + 500 - browserClock.now();
      skewMs = Math.abs(difference) < 2_000 ? 0 : difference;
    },
  });
  const live = new Live({
    // what was heard when is told by the same clock as the age of it, however wrong this computer's own is
    clock: { ...browserClock, now },
    random: browserRandom,
    fetch: (input, init) => fetch(input, init),
    cache,
    signedOut: () => signedOut(),
  });
  const console: Console = {
    client,
    queries: queriesOf(client, now),
    live,
    choices: browserChoices,
    presence: new Presence(browserClock),
    now,
    newId,
    after: browserClock.after,
  };
  const router = createConsoleRouter({ cache, queries: console.queries });

  function signedOut(): void {
    live.stop();
    cache.removeQueries({ predicate: (query) => query.queryKey[0] !== 'setupState' });
    const next = router.state.location.href;
    if (!next.startsWith('/sign-in')) void router.navigate({ to: '/sign-in', search: { next } });
  }

  return {
    console,
    cache,
    router,
    language: () => language,
    setLanguage: (chosen: Language) => {
      language = chosen;
      browserChoices.write('language', chosen);
    },
  };
}

export type Wiring = ReturnType<typeof wire>;
