/** Does what people ask of the watch, each act once for its key: what it comes to is decided by `acts/`, kept with the key, and then takes hold. */
import type { Alarm, RuleVersion } from '@cardwatch/contracts/watch';
import { type EpochMs, err, ok, type Result, unreachable } from '@cardwatch/kernel';
import { type Book, openAlarm } from '../core/alarm/book.core.ts';
import { settle } from '../core/rules/registry.core.ts';
import type { Act, ActDone, ActFailure } from '../core/watch/act.core.ts';
import type { Settings, WatchStore } from '../store/watch/roles.ts';
import type { DeskView, NotifyDesk } from '../core/notify/desk.core.ts';
import type { LinkReader } from '../shell/watch-key.ts';
import { handleAlarms } from './acts/alarms.ts';
import { type IncidentGround, incidentWork } from './acts/incidents.ts';
import { acknowledgeByLink, resendNotice } from './acts/links.ts';
import { mapWork } from './acts/maps.ts';
import { registerWork } from './acts/register.ts';
import { dutyWork, windowWork } from './acts/settings.ts';
import { termsWork } from './acts/terms.ts';
import { type ActOf, type ActWork, doneWith, type Worked } from './acts/work.ts';

/** What the acts read and change of the watch. `apply` keeps a piece of work under its key and lets it take hold. */
export interface Ground {
  readonly book: Book;
  readonly settings: Settings;
  readonly rules: readonly RuleVersion[];
  readonly deviceIds: Iterable<string>;
  readonly store: WatchStore;
  readonly incidents: IncidentGround['incidents'];
  readonly links: LinkReader;
  readonly desk: NotifyDesk;
  readonly view: DeskView;
  apply(work: ActWork, act: Act, now: EpochMs): Promise<void>;
}

export async function carryOut(ground: Ground, act: Act, now: EpochMs): Promise<Result<ActDone, ActFailure>> {
  const before = await ground.store.actDone(act.idempotencyKey);
  if (before !== null) return again(before.result, act);
  const work = await workOf(ground, act, now);
  if (!work.ok) return work;
  await ground.apply(work.value, act, now);
  return ok(work.value.done);
}

/** The answer that this very act was given before. */
function again(result: string, act: Act): Result<ActDone, ActFailure> {
  const { kind, done } = JSON.parse(result) as { readonly kind: string; readonly done: ActDone };
  return kind === act.kind ? ok(done) : err({ kind: 'keyUsed' });
}

async function workOf(ground: Ground, act: Act, now: EpochMs): Promise<Worked> {
  const { book, settings } = ground;
  switch (act.kind) {
    case 'handleAlarms':
      return handleAlarms(book, await storedOf(ground, act), act, now);
    case 'addSilence':
    case 'endSilence':
    case 'addWindow':
    case 'endWindow':
    case 'addImportantEvent':
    case 'endImportantEvent':
      return windowWork(settings, act, now);
    case 'savePolicies':
    case 'saveRecipient':
    case 'removeRecipient':
    case 'saveShifts':
      return dutyWork(settings, act);
    case 'saveBusinessCalendar':
    case 'removeBusinessCalendar':
    case 'saveTeachingCalendar':
    case 'saveSlaContract':
    case 'rollbackSetting':
      return termsWork(ground, act);
    case 'saveMap':
    case 'placeOnMap':
    case 'removeMap':
      return mapWork(settings, act);
    case 'saveRule':
      return ruleWork(ground.rules, act);
    case 'applyRegister':
    case 'rollbackRegister':
    case 'decideSuggestion':
      return registerWork(ground, act, now);
    case 'acknowledgeByLink':
      return acknowledgeByLink(ground, act, now);
    case 'resendNotice':
      return resendNotice(ground, act, now);
    case 'openIncident':
    case 'moveIncident':
    case 'assessIncident':
    case 'setIncidentLevel':
    case 'recordIncident':
    case 'markIncident':
    case 'rootCauseIncident':
    case 'actionIncident':
    case 'assignIncident':
    case 'mergeIncident':
    case 'splitIncident':
    case 'packIncident':
      return incidentWork(ground, act, now);
    default:
      return unreachable(act);
  }
}

/** Rows of the alarms that do not burn any more. */
async function storedOf({ book, store }: Ground, { alarmIds }: ActOf<'handleAlarms'>): Promise<ReadonlyMap<string, Alarm>> {
  const over = alarmIds.filter((alarmId) => openAlarm(book, alarmId) === undefined);
  const rows = over.length === 0 ? [] : await store.alarmsById(over);
  return new Map(rows.map((alarm) => [alarm.alarmId, alarm]));
}

function ruleWork(rules: readonly RuleVersion[], { basedOn, version }: ActOf<'saveRule'>): Worked {
  const latest = rules.find(({ rule }) => rule === version.rule);
  if (latest === undefined) return err({ kind: 'notFound', what: 'rule', id: version.rule });
  // version 1 of a rule that nobody has saved is the built-in default
  const savedNo = latest.basis === 'default' ? 0 : latest.version;
  if (basedOn !== savedNo) return err({ kind: 'changedMeanwhile' });
  const settled = settle({ ...version, version: 1 });
  if (!settled.ok && settled.error.kind === 'badParameter')
    return err({ kind: 'invalid', place: `params.${settled.error.field}`, expected: settled.error.why });
  return ok({ done: doneWith(version.rule), rule: version });
}
