/** Which steps an incident may take from where it stands (domain E-3); what each needs first. Held to the collector's table by a test. */
import type { Incident, IncidentState, ResponseLevel } from '@cardwatch/contracts/watch';

export const incidentStates = [
  'new',
  'accepted',
  'working',
  'onHold',
  'restored',
  'resolved',
  'awaitingConfirmation',
  'closed',
  'falseAlarm',
  'merged',
] as const satisfies readonly IncidentState[];

/** `merged` is an act of its own. */
export type Step = Exclude<IncidentState, 'new' | 'merged'>;

export const stepsFrom: Readonly<Record<IncidentState, readonly Step[]>> = {
  new: ['accepted', 'falseAlarm'],
  accepted: ['working', 'falseAlarm'],
  working: ['restored', 'onHold', 'falseAlarm'],
  onHold: ['working'],
  restored: ['resolved', 'working'],
  resolved: ['awaitingConfirmation', 'working'],
  awaitingConfirmation: ['closed', 'working'],
  closed: ['working'],
  merged: [],
  falseAlarm: [],
};

/** Verbs of the buttons: going back to work is another act than beginning it, and so is going on after a hold. */
export type StepVerb = Step | 'resume' | 'reopen';

export function verbOf(from: IncidentState, to: Step): StepVerb {
  if (to !== 'working' || from === 'accepted') return to;
  return from === 'onHold' ? 'resume' : 'reopen';
}

export const levelOf = ({ assessments }: Pick<Incident, 'assessments'>): ResponseLevel => assessments.at(-1)?.level ?? 3;

const open: ReadonlySet<IncidentState> = new Set(['new', 'accepted', 'working', 'onHold']);
/** Not restored yet: it can be merged and split. */
export const isRunning = ({ state }: Pick<Incident, 'state'>): boolean => open.has(state);

const over: ReadonlySet<IncidentState> = new Set(['closed', 'merged', 'falseAlarm']);
export const isOver = ({ state }: Pick<Incident, 'state'>): boolean => over.has(state);

export const recordFields = ['time', 'place', 'symptom', 'cause', 'handling', 'result'] as const;
export type RecordField = (typeof recordFields)[number];
export type Missing = RecordField | 'rootCause';

/** What has to be written down before this step is taken. The collector has the last word. */
export function missingFor(incident: Pick<Incident, 'record' | 'rootCause' | 'assessments'>, to: Step): readonly Missing[] {
  const empty = (fields: readonly RecordField[]): readonly RecordField[] =>
    fields.filter((field) => incident.record[field].trim() === '');
  if (to === 'resolved') return empty(['cause', 'handling']);
  if (to !== 'closed') return [];
  if (levelOf(incident) === 3) return empty(['result']);
  return [...empty(recordFields), ...(incident.rootCause === null ? (['rootCause'] as const) : [])];
}

/** These steps ask for words. */
export const needsNote = (from: IncidentState, to: Step): boolean =>
  to === 'falseAlarm' || to === 'restored' || verbOf(from, to) === 'reopen';
