import { alarmWords, type Language } from '@cardwatch/contracts/words';

/** Duties that the policies of the first start name; all others are called as people called them. */
const builtIn: readonly string[] = ['onSite', 'lead', 'contact'];

/** How a duty 值班岗位 is called. */
export const dutyName = (duty: string, language: Language): string =>
  builtIn.includes(duty) ? (alarmWords[language].terms[duty] ?? duty) : duty;
