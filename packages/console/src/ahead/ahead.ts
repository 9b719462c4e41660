/** What a screen asks first is asked while its code is still on the way. */

/** As the queries ask it: a test holds the two together. Only addresses without filters: what a filter means is known to the screens alone. */
export const firstQuestions: Readonly<Record<string, readonly string[]>> = {
  '/': ['/api/v1/overview'],
  '/alarms': ['/api/v1/alarms?open=true&root=true&raised=true&order=gravity&limit=100'],
  '/devices': ['/api/v1/devices?limit=100'],
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

const questionsOf = ({ pathname, search }: AheadPorts['address']): readonly string[] => {
  if (outside.has(pathname)) return [];
  const first = search === '' && Object.hasOwn(firstQuestions, pathname) ? firstQuestions[pathname] : undefined;
  return [sessionQuestion, ...(first ?? [])];
};

/**
 * Asks at once; then it is `fetch`, which gives these answers to the first who asks. One that is no answer is asked for again, and so is everything else
 * after it: who was signed out may be signed in by then.
 */
export function aheadOf({ fetch, mono, address }: AheadPorts): typeof globalThis.fetch {
  const askedAt = mono();
  const options = { headers: { accept: 'application/json' }, credentials: 'same-origin' } as const;
  const waiting = new Map(questionsOf(address).map((url) => [url, fetch(url, options).catch(() => undefined)] as const));
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
