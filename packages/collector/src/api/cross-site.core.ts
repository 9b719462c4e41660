/**
 * Cross-site rule for every unsafe method: `Origin` names this host, and, once there is a session, `X-Cardwatch-Csrf` repeats what the session was
 * given. Bearer tokens are exempt: no browser adds them by itself.
 */
export interface UnsafeRequest {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly csrf: string | undefined;
  /** What the session was given; undefined without a session. */
  readonly expected: string | undefined;
}

export function crossSite({ origin, host, csrf, expected }: UnsafeRequest): 'origin' | 'header' | undefined {
  if (host === undefined || hostOf(origin) !== host.toLowerCase()) return 'origin';
  return expected !== undefined && csrf !== expected ? 'header' : undefined;
}

function hostOf(origin: string | undefined): string | undefined {
  const match = /^https?:\/\/([^/?#@\s]+)$/i.exec(origin ?? '');
  return match?.[1]?.toLowerCase();
}
