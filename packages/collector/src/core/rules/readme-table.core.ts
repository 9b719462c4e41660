/** The facts of a rule as the README's table tells them. A test holds the two together. */
import { minuteMs, secondMs } from '@cardwatch/kernel';
import type { AnyRule } from './rule.core.ts';

const lengthOf = (ms: number): string => (ms >= minuteMs && ms % minuteMs === 0 ? `${ms / minuteMs} min` : `${ms / secondMs} s`);

/** `levelOnePct` 30, `clearPct` 5; after 30 s, clears after 1 min. */
export function defaultsOf({ defaults, timing }: Pick<AnyRule, 'defaults' | 'timing'>): string {
  const params = Object.entries(defaults ?? {}).map(([name, value]) => `\`${name}\` ${String(value)}`);
  const after = timing.raiseAfterMs === 0 ? 'at once' : `after ${lengthOf(timing.raiseAfterMs)}`;
  const clears = timing.clearAfterMs === 0 ? '' : `, clears after ${lengthOf(timing.clearAfterMs)}`;
  return [params.join(', '), `${after}${clears}`].filter((part) => part !== '').join('; ');
}
