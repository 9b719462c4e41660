/** Where to go after signing in: a path of this site, never another origin, never back to the entry pages. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return '/';
  return next.startsWith('/sign-in') || next.startsWith('/setup') ? '/' : next;
}
