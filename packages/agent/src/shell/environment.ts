import { type Lang, langOf } from '../config/words.ts';

/** Exit codes: 0 well, 1 not well, 2 the configuration has to be mended. */
export const exitCodes = { notWell: 1, badConfig: 2 } as const;

/** The language that was asked for, else that of the environment. */
export const envLang = (asked: string | undefined): Lang =>
  langOf(asked, process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG);
