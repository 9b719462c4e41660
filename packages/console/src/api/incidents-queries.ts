import type { QueryOf } from '@cardwatch/contracts/api';
import type { Ask } from './ask.ts';

type IncidentFilter = Omit<NonNullable<QueryOf<'incidents'>>, 'cursor' | 'limit'>;

/** What the address may narrow the list by; the rest of the filter line sifts what is loaded. */
export interface IncidentListFilter {
  readonly state?: IncidentFilter['state'];
  readonly open?: IncidentFilter['open'];
  readonly from?: number;
  readonly to?: number;
}

/** Rows of a page; a campus with more open incidents has other worries than the bars of the oldest. */
const pageRows = 200;
/** Alarms that one answer may hold: those behind open incidents, or those that an incident can be opened of. */
const alarmRows = 500;
/** Messages of one alarm. */
const noticeRows = 100;

export const incidentKeys = {
  list: (filter: IncidentListFilter) => ['incidents', filter] as const,
  all: ['incidents'] as const,
  one: (incidentId: string) => ['incident', incidentId] as const,
  clocks: (incidentId: string) => ['incidentClocks', incidentId] as const,
  /** Read again with the lists. */
  openClocks: ['incidents', 'clocks'] as const,
  guide: (incidentId: string) => ['incidentGuide', incidentId] as const,
  watchList: ['watchList'] as const,
};

/** Incidents 工单, their clocks, guidance, evidence, and the alarms and messages behind them. */
export const incidentsQueries = ({ single, paged }: Ask) => ({
  incidents: (filter: IncidentListFilter) =>
    paged(incidentKeys.list(filter), 'incidents', (cursor) => ({ query: { ...filter, ...cursor, limit: pageRows } })),
  incident: (incidentId: string) => single(incidentKeys.one(incidentId), 'incident', { params: { incidentId } }),
  incidentClocks: (incidentId: string) => single(incidentKeys.clocks(incidentId), 'incidentClocks', { params: { incidentId } }),
  openIncidentClocks: () => single(incidentKeys.openClocks, 'openIncidentClocks', { query: { limit: pageRows } }),
  incidentGuide: (incidentId: string, language: 'zh' | 'en') =>
    single([...incidentKeys.guide(incidentId), language], 'incidentGuide', { params: { incidentId }, query: { language } }),
  /** The document as it was hashed. */
  evidencePack: (incidentId: string, hash: string) =>
    single(['evidencePack', incidentId, hash], 'evidencePack', { params: { incidentId, hash } }),
  watchList: () => single(incidentKeys.watchList, 'watchList', {}),
  /** Alarms that are not over: what lies behind each open incident, and of what a new one can be opened. */
  burningAlarms: () => single(['burningAlarms'], 'alarms', { query: { open: 'true', limit: alarmRows } }),
  noticesOf: (alarmId: string) => single(['noticesOf', alarmId], 'notices', { query: { alarmId, limit: noticeRows } }),
  incidentWindows: () => single(['incidentWindows'], 'windows', { query: {} }),
  incidentRecipients: () => single(['incidentRecipients'], 'recipients', {}),
});
