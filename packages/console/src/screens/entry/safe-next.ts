/** Where to go after signing in: a path of this site, never another origin, never back to the entry pages. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return '/';
  return ['/sign-in', '/setup', '/reset'].some((entry) => next.startsWith(entry)) ? '/' : next;
}
