/**
 * All that a person can have the watch do. An act is done at most once for its key: the watch commits the key with what it did (`WatchChange.acts`) and
 * answers the same again. The caller has checked shape and permission; the watch decides whether it is legal now.
 */
import type {
  AlarmId,
  BuildingMap,
  BusinessCalendar,
  CorrectiveAction,
  HoldReason,
  ImportantEvent,
  Incident,
  IncidentMark,
  IncidentState,
  MaintenanceWindow,
  NoticePolicy,
  Recipient,
  ResponseLevel,
  RootCause,
  RuleId,
  RuleTiming,
  RuleVersion,
  Shift,
  Silence,
  SlaContract,
  TeachingCalendar,
} from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { ConfirmAs, RegisterPlan } from '../register/index.core.ts';

export interface ActHead {
  /** Name of the account, or `token:<label>`; recipient of the link for `acknowledgeByLink`. */
  readonly by: string;
  readonly at: EpochMs;
  readonly idempotencyKey: string;
}

/** Moves of `handlingStep` as people ask for them: who and what burns is the watch's to fill in. */
export type AlarmMove =
  | { readonly type: 'acknowledge'; readonly forMs: number }
  | { readonly type: 'assign'; readonly to: string }
  | { readonly type: 'start' }
  | { readonly type: 'hold'; readonly reason: HoldReason }
  | { readonly type: 'resume' }
  | { readonly type: 'finish' }
  | { readonly type: 'close' };

export type AlarmAct =
  /** Each alarm by itself: those that cannot be moved now come back in `refused`, the others are moved. */
  | { readonly kind: 'handleAlarms'; readonly alarmIds: readonly AlarmId[]; readonly move: AlarmMove; readonly note: string }
  /** Signed, single use, expiring; the watch knows how to read it. */
  | { readonly kind: 'acknowledgeByLink'; readonly token: string };

export type WindowAct =
  | { readonly kind: 'addSilence'; readonly silence: Silence }
  | { readonly kind: 'endSilence'; readonly silenceId: string; readonly reason: string }
  | { readonly kind: 'addWindow'; readonly window: MaintenanceWindow }
  | { readonly kind: 'endWindow'; readonly windowId: string; readonly reason: string }
  | { readonly kind: 'addImportantEvent'; readonly event: ImportantEvent; readonly reason: string }
  | { readonly kind: 'endImportantEvent'; readonly eventId: string; readonly reason: string };

export type RuleAct = {
  readonly kind: 'saveRule';
  /** Refused as `changedMeanwhile` when the latest version is another; 0: the built-in defaults. */
  readonly basedOn: number;
  readonly version: Omit<RuleVersion, 'version'>;
};

export type DutyAct =
  | { readonly kind: 'savePolicies'; readonly policies: readonly NoticePolicy[]; readonly reason: string }
  | { readonly kind: 'saveRecipient'; readonly recipient: Recipient; readonly reason: string }
  | { readonly kind: 'removeRecipient'; readonly recipientId: string; readonly reason: string }
  /** Replaces the shifts of these duties that begin in `[from, to)`. */
  | {
      readonly kind: 'saveShifts';
      readonly duties: readonly string[];
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly shifts: readonly Shift[];
      readonly reason: string;
    }
  /** A message that failed for good is queued again. */
  | { readonly kind: 'resendNotice'; readonly noticeId: string; readonly reason: string };

export type IncidentAct =
  | {
      readonly kind: 'openIncident';
      readonly incidentId: string;
      readonly title: string;
      readonly alarmIds: readonly AlarmId[];
      readonly occurredAt: EpochMs;
      readonly note: string;
    }
  | {
      readonly kind: 'moveIncident';
      readonly incidentId: string;
      readonly to: Exclude<IncidentState, 'new' | 'merged'>;
      readonly holdReason: HoldReason | null;
      readonly note: string;
    }
  | {
      readonly kind: 'assessIncident';
      readonly incidentId: string;
      readonly severity: number;
      readonly scope: number;
      readonly urgency: number;
      readonly bump: number;
      readonly hardRule: string | null;
      readonly reason: string;
    }
  /** Another level by hand: the factors stay as they are. */
  | { readonly kind: 'setIncidentLevel'; readonly incidentId: string; readonly level: ResponseLevel; readonly reason: string }
  | {
      readonly kind: 'recordIncident';
      readonly incidentId: string;
      readonly record: Incident['record'];
      readonly attributable: boolean | null;
    }
  | { readonly kind: 'rootCauseIncident'; readonly incidentId: string; readonly rootCause: RootCause }
  /** A new one, or another state of the one with its id. */
  | { readonly kind: 'actionIncident'; readonly incidentId: string; readonly action: CorrectiveAction }
  | { readonly kind: 'assignIncident'; readonly incidentId: string; readonly owner: string; readonly note: string }
  /** On site, told outside, reported: now. */
  | { readonly kind: 'markIncident'; readonly incidentId: string; readonly mark: IncidentMark; readonly note: string }
  | { readonly kind: 'mergeIncident'; readonly incidentId: string; readonly into: string; readonly note: string }
  /** Some of its alarms into an incident of their own, of this id. */
  | {
      readonly kind: 'splitIncident';
      readonly incidentId: string;
      readonly newId: string;
      readonly title: string;
      readonly alarmIds: readonly AlarmId[];
      readonly note: string;
    }
  /** An evidence pack of now, made with the next look. */
  | { readonly kind: 'packIncident'; readonly incidentId: string; readonly note: string };

/** Of calendars, and of the contract's terms. `basedOn`: refused as `changedMeanwhile` when the latest version of that setting is another; 0: none. */
export type TermsAct = { readonly basedOn: number; readonly reason: string } & (
  | { readonly kind: 'saveBusinessCalendar'; readonly calendar: BusinessCalendar }
  /** Refused while a contract names it. */
  | { readonly kind: 'removeBusinessCalendar'; readonly name: string }
  | { readonly kind: 'saveTeachingCalendar'; readonly calendar: TeachingCalendar }
  | { readonly kind: 'saveSlaContract'; readonly contract: SlaContract }
  /** `to` 0: as if nobody had ever saved it. */
  | { readonly kind: 'rollbackSetting'; readonly setting: 'calendars' | 'teaching' | 'contracts'; readonly to: number }
);

export type TopologyAct =
  | {
      readonly kind: 'decideSuggestion';
      readonly suggestionId: string;
      readonly decision: 'confirmed' | 'rejected';
      readonly as: ConfirmAs;
      readonly reason: string;
    }
  /** All of it or nothing; the change of the register has the idempotency key for its id. `digest`: of the file. */
  | {
      readonly kind: 'applyRegister';
      readonly plan: RegisterPlan;
      readonly digest: string | null;
      readonly reason: string;
    }
  | { readonly kind: 'rollbackRegister'; readonly importId: string; readonly reason: string };

/** `basedOn`: refused as `changedMeanwhile` when this map has another version by now; 0: there is none yet. */
export type MapAct = { readonly mapId: string; readonly basedOn: number; readonly reason: string } & (
  | ({ readonly kind: 'saveMap' } & Pick<BuildingMap, 'name' | 'area' | 'picture'>)
  /** All of it anew. */
  | { readonly kind: 'placeOnMap'; readonly placements: readonly BuildingMap['placements'][number][] }
  | { readonly kind: 'removeMap' }
);

export type Act = ActHead & (AlarmAct | WindowAct | RuleAct | DutyAct | IncidentAct | TopologyAct | MapAct | TermsAct);
export type ActKind = Act['kind'];

/** `ids`: what was made or changed, in the order of the question. The rows themselves are read from the store, where they are by now. */
export interface ActDone {
  readonly ids: readonly string[];
  /** Of acts on many: those that could not be, each with its reason's code. */
  readonly refused: readonly { readonly id: string; readonly why: string }[];
}

/**
 * notFound: no such thing. refused: not legal now, `why` is the code of the step that refused. invalid: a value that the watch alone can judge.
 * changedMeanwhile: somebody else was faster. inTheWay: later changes touch these rows. keyUsed: this key did something else. link: not ours, used or run out. full: a limit. down: the watch does
 * not run now; nothing was done.
 */
export type ActFailure =
  | { readonly kind: 'notFound'; readonly what: string; readonly id: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'invalid'; readonly place: string; readonly expected: string }
  | { readonly kind: 'changedMeanwhile' }
  | { readonly kind: 'inTheWay'; readonly rows: readonly string[] }
  | { readonly kind: 'keyUsed' }
  | { readonly kind: 'link'; readonly why: 'unknown' | 'used' | 'expired' }
  | { readonly kind: 'full'; readonly limit: number }
  | { readonly kind: 'down' };

/** What a rule with these parameters would have found in the past. Changes nothing. */
export interface ReplayAsk {
  readonly rule: RuleId;
  readonly timing: RuleTiming;
  readonly params: Readonly<Record<string, unknown>>;
  readonly from: EpochMs;
  readonly to: EpochMs;
}
