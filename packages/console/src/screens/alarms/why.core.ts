import { alarmWords, type Language, type Why } from '@cardwatch/contracts/words';

const reached: ReadonlySet<Why['code']> = new Set(['messageSent', 'messageDelivered', 'messageRead', 'messageAcknowledged']);

/** Whether anybody was reached at all. */
export const wasTold = (whys: readonly Why[]): boolean => whys.some(({ code }) => reached.has(code));

/** Ids of people and alarms by what they are called; an id that nobody knows is cut short. */
export function namedWhy(why: Why, names: ReadonlyMap<string, string>): Why {
  if (why.by === null) return why;
  const known = names.get(why.by);
  return { ...why, by: known ?? (isUuid(why.by) ? why.by.slice(0, 8) : why.by) };
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(text);

export function channelName(channel: string, language: Language): string {
  const terms: Readonly<Record<string, string>> = alarmWords[language].terms;
  return terms[channel] ?? channel;
}
