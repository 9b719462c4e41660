import { alarms } from './en/alarms.ts';
import { flow } from './en/flow.ts';
import { incidentTabs } from './en/incident-tabs.ts';
import { incidents } from './en/incidents.ts';
import { quality } from './en/quality.ts';
import { ledger } from './en/ledger.ts';
import { administration } from './en/administration.ts';
import { calendar } from './en/calendar.ts';
import { duty } from './en/duty.ts';
import { list } from './en/list.ts';
import { overviewWords } from './en/overview.ts';
import { ruleNames } from './en/rule-names.ts';
import { rules } from './en/rules.ts';
import { screens } from './en/screens.ts';
import { terms } from './en/terms.ts';
import { told } from './en/told.ts';
import { maps } from './en/maps.ts';
import { register } from './en/register.ts';
import { topology } from './en/topology.ts';
import { wall } from './en/wall.ts';
import type { Words } from './zh.ts';

/** The same keys as `zh`; `{n|device|devices}` takes the first word when `n` is 1. */
export const en: Words = {
  ...flow,
  ...incidents,
  ...incidentTabs,
  ...quality,
  ...alarms,
  ...ledger,
  ...administration,
  ...calendar,
  ...duty,
  ...list,
  ...wall,
  ...overviewWords,
  ...ruleNames,
  ...rules,
  ...screens,
  ...terms,
  ...told,
  ...maps,
  ...register,
  ...topology,
};
