/** What alarms say to people, in messages, on pages and in the console alike. */
export {
  alarmText,
  alarmTitle,
  alarmWords,
  type AlarmWords,
  type Language,
  reasonWords,
  type Template,
  textCharsMax,
  titleCharsMax,
  whyText,
} from './alarm-words.ts';
export { healthCauseWords } from './health.ts';
export type { HandlingRefusalCode } from './refusal.ts';
export type { Why, WhyCode } from './why.ts';
