/** What a screen asks first is asked while its code is still on the way. */

interface First {
  readonly url: string;
  /** Nothing is asked for who lacks it: a refusal is written down. */
  readonly scope: string;
}

/** As the queries ask it: a test holds the two together. Only addresses without filters: what a filter means is known to the screens alone. */
export const firstQuestions: Readonly<Record<string, First>> = {
  '/': { url: '/api/v1/overview', scope: 'read' },
  '/alarms': { url: '/api/v1/alarms?open=true&root=true&raised=true&order=gravity&limit=100', scope: 'watch:read' },
  '/devices': { url: '/api/v1/devices?limit=100', scope: 'read' },
};
const sessionQuestion = '/api/v1/session';
/** Here nobody is asked who they are. */
const outside: ReadonlySet<string> = new Set(['/sign-in', '/setup', '/reset', '/wall']);

/** An answer that nobody took so soon is asked for again. */
export const aheadLimits = { keptMs: 10_000 } as const;

export interface AheadPorts {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds that never step back. */
  readonly mono: () => number;
  readonly address: { readonly pathname: string; readonly search: string };
}

type Asked = Promise<Response | undefined>;

/** Who is signed in, and then what this screen shows first if they may see it. */
function questions(ask: (url: string) => Asked, { pathname, search }: AheadPorts['address']): Map<string, Asked> {
  const waiting = new Map<string, Asked>();
  if (outside.has(pathname)) return waiting;
  const session = ask(sessionQuestion);
  waiting.set(sessionQuestion, session);
  const first = search === '' && Object.hasOwn(firstQuestions, pathname) ? firstQuestions[pathname] : undefined;
  if (first !== undefined)
    waiting.set(
      first.url,
      session.then(async (answer) => ((await may(answer, first.scope)) ? ask(first.url) : undefined)),
    );
  return waiting;
}

async function may(session: Response | undefined, scope: string): Promise<boolean> {
  if (session?.ok !== true) return false;
  const told: unknown = await session
    .clone()
    .json()
    .catch(() => undefined);
  const scopes: unknown = typeof told === 'object' && told !== null && 'scopes' in told ? told.scopes : undefined;
  return Array.isArray(scopes) && scopes.includes(scope);
}

/**
 * Asks at once; then it is `fetch`, which gives these answers to the first who asks. One that is no answer is asked for again, and so is everything else
 * after it: who was signed out may be signed in by then.
 */
export function aheadOf({ fetch, mono, address }: AheadPorts): typeof globalThis.fetch {
  const askedAt = mono();
  const options = { headers: { accept: 'application/json' }, credentials: 'same-origin' } as const;
  const waiting = questions((url) => fetch(url, options).catch(() => undefined), address);
  return async (input, init) => {
    const asked = typeof input === 'string' && (init?.method ?? 'GET') === 'GET' ? waiting.get(input) : undefined;
    if (asked === undefined) return fetch(input, init);
    waiting.delete(String(input));
    if (mono() - askedAt >= aheadLimits.keptMs) return fetch(input, init);
    const answer = await asked;
    if (answer?.ok !== true) waiting.clear();
    // without its headers: the date is that of the asking
    if (answer?.ok === true || answer?.status === 401) return new Response(answer.body, { status: answer.status });
    return fetch(input, init);
  };
}
