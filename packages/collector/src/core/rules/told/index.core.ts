/** The told family: what devices and agents report of themselves. */
import type { AnyRule } from '../rule.core.ts';
import { noticeRules } from './agents.core.ts';
import { toldRules } from './table.core.ts';

export const selfRules: readonly AnyRule[] = [...toldRules, ...noticeRules];
