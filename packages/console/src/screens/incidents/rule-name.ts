import type { Language } from '../../format/time.ts';
import { sayOr } from '../../words/say.ts';

/** What a rule is called; a code that no release knows, and words of a person, stand as they are. */
export const ruleName = (rule: string, language: Language): string => sayOr(language, `rule.name.${rule}`, rule);
