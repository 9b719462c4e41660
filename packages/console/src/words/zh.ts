import { alarms } from './zh/alarms.ts';
import { flow } from './zh/flow.ts';
import { incidentTabs } from './zh/incident-tabs.ts';
import { incidents } from './zh/incidents.ts';
import { quality } from './zh/quality.ts';
import { ledger } from './zh/ledger.ts';
import { administration } from './zh/administration.ts';
import { calendar } from './zh/calendar.ts';
import { duty } from './zh/duty.ts';
import { list } from './zh/list.ts';
import { overviewWords } from './zh/overview.ts';
import { ruleNames } from './zh/rule-names.ts';
import { rules } from './zh/rules.ts';
import { screens } from './zh/screens.ts';
import { terms } from './zh/terms.ts';
import { told } from './zh/told.ts';
import { maps } from './zh/maps.ts';
import { register } from './zh/register.ts';
import { topology } from './zh/topology.ts';
import { wall } from './zh/wall.ts';

/** The source language. Every message of the console, by key; `{name}` is filled in. */
export const zh = {
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
} as const;

export type WordKey = keyof typeof zh;
export type Words = { readonly [K in WordKey]: string };
