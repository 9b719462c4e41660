/** A watch over a real file that does what it is asked and judges nothing: what is legal when is tested where it is decided. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { MerchantBinding } from '@cardwatch/contracts/watch';
import { ok, type Result } from '@cardwatch/kernel';
import { applyPlan, type RegisterPlan } from '../../packages/collector/src/core/register/index.core.ts';
import { officeCalendar } from '../../packages/collector/src/core/calendar/business.core.ts';
import type { Act, ActDone, ActFailure } from '../../packages/collector/src/core/watch/act.core.ts';
import { packsOf } from '../../packages/collector/src/runner/incident-evidence.ts';
import type { WatchDesk } from '../../packages/collector/src/services/watch-desk.ts';
import { openSqliteWatch } from '../../packages/collector/src/store/sqlite/watch/open.ts';
import type { RegisterImportRow, WatchStore } from '../../packages/collector/src/store/watch/roles.ts';
import { keepTinyPng, sampleMap } from './tiny-png.ts';
import { alarmRow, at0, incidentRow, noticeRow, suggestionRow, uuid } from '../watch/store/rows.ts';

const packJson = '{"format":"cardwatch.evidence.v2"}';
/** Of the first incident. */
export const samplePack = { hash: createHash('sha256').update(packJson).digest('hex'), json: packJson };

export interface TestWatch {
  readonly desk: WatchDesk;
  readonly store: WatchStore;
  /** What was asked of it, in order. */
  readonly acts: Act[];
  /** Answers the next act with this instead of doing it. */
  failNext(failure: ActFailure): void;
  /** What is heard of its looks from now on. */
  beats(heard: ReturnType<WatchDesk['pulse']>): void;
  /** Has acts done by somebody else from now on. */
  actBy(act: WatchDesk['act']): void;
}

export async function openTestWatch(folder: string): Promise<TestWatch> {
  const store = openSqliteWatch(join(folder, 'watch.db'));
  await seed(store);
  keepTinyPng(folder);
  const acts: Act[] = [];
  const failures: ActFailure[] = [];
  let doer: WatchDesk['act'] | undefined;
  let pulse: ReturnType<WatchDesk['pulse']> = { lookedAt: at0, sinceMs: 0, lagMs: 0 };
  const act = async (asked: Act): Promise<Result<ActDone, ActFailure>> => {
    acts.push(asked);
    if (doer !== undefined) return doer(asked);
    const failure = failures.shift();
    return failure === undefined ? ok(await perform(store, asked)) : { ok: false, error: failure };
  };
  const desk: WatchDesk = {
    ...store,
    act,
    standings: async () => ok({ at: at0, places: [], held: [] }),
    replay: async ({ from, to }) => ok({ from, to, raised: 0, levels: [], alarms: [], keptFrom: from }),
    policyView: async () => ok(null),
    pulse: () => pulse,
    wouldTell: async () =>
      ok([{ recipient: 'li', displayName: '李工', channel: 'wecom', policyId: 'all', step: 0, afterMs: 0, mutedBy: null }]),
  };
  return {
    desk,
    store,
    acts,
    failNext: (failure) => void failures.push(failure),
    beats: (heard) => void (pulse = heard),
    actBy: (act) => void (doer = act),
  };
}

async function seed(store: WatchStore): Promise<void> {
  const alarms = [
    alarmRow(1),
    alarmRow(2, { area: 'main/dorm-3/gate', subject: { kind: 'device', id: 'gate-2' }, causeId: uuid(1) }),
    alarmRow(3, { campus: 'yibin', area: 'yibin/b3/bath', level: 1 }),
    alarmRow(4, { raisedAt: null, condition: 'pending' }),
  ];
  const notices = [noticeRow(1, { state: 'sent' }), noticeRow(2, { state: 'failed' })];
  const history = [{ subjectId: uuid(1), at: at0, what: 'raised', by: 'watch', detail: '{"level":2}' }];
  const incidents = [incidentRow(1), incidentRow(2, { alarmIds: [uuid(1)] })];
  const pack = { subjectId: packsOf(uuid(2_000_001)), at: at0, what: 'pack', by: 'watch', detail: JSON.stringify(samplePack) };
  await store.commit({
    alarms,
    notices,
    history: [...history, pack],
    incidents,
    suggestions: [suggestionRow(1)],
    imports: [importRow(uuid(4_000_001))],
  });
  const by = { author: 'admin', reason: '初始', at: at0 };
  await store.saveSetting('calendars', [{ ...officeCalendar, name: 'office' }], by);
  await store.saveSetting('maps', [sampleMap], by);
  const address = { channel: 'sms', address: '13812345678' } as const;
  const li = {
    recipientId: 'li',
    displayName: '李工',
    kind: 'person',
    user: 'duty',
    language: 'zh',
    addresses: [address],
  } as const;
  const wang = { ...li, recipientId: 'wang', displayName: '王工', addresses: [] };
  const bound = { deviceId: 'yb-a-bath-02', merchantId: 'm-2', merchantName: '浴室', validFrom: at0, validTo: null };
  await store.saveSetting('bindings', [MerchantBinding.parse(bound)], by);
  await store.saveSetting('recipients', [{ ...li, addresses: [address] }, wang], by);
}

const noCounts = { added: 0, changed: 0, ended: 0, removed: 0 };
const importRow = (importId: string, plan: RegisterPlan = []): RegisterImportRow => ({
  item: {
    importId,
    kind: 'import',
    at: at0,
    by: 'admin',
    reason: '演练',
    digest: null,
    counts: noCounts,
    rollbackOf: null,
    rolledBackBy: null,
  },
  plan,
});

/** What an act leaves in the rows that the answer is made of. */
async function perform(store: WatchStore, act: Act): Promise<ActDone> {
  const done = (...ids: readonly string[]): ActDone => ({ ids, refused: [] });
  switch (act.kind) {
    case 'handleAlarms': {
      const alarms = await store.alarmsById(act.alarmIds);
      const after = alarms.map((alarm) => ({ ...alarm, handling: 'acknowledged' as const, owner: act.by, handledAt: act.at }));
      const result = JSON.stringify(done(...act.alarmIds));
      await store.commit({ alarms: after, acts: [{ idempotencyKey: act.idempotencyKey, at: act.at, result }] });
      return done(...act.alarmIds);
    }
    case 'acknowledgeByLink':
      return done(uuid(1));
    case 'saveRule':
      return done(String((await store.saveRule(act.version)).version));
    case 'addSilence':
      await store.saveSetting('silences', [act.silence], { author: act.by, reason: act.silence.reason, at: act.at });
      return done(act.silence.silenceId);
    case 'saveShifts':
      await store.saveSetting('shifts', act.shifts, { author: act.by, reason: act.reason, at: act.at });
      return done();
    case 'applyRegister': {
      const by = { author: act.by, reason: act.reason, at: act.at };
      const settings = await store.settings();
      const applied = applyPlan(settings, act.plan, []);
      if (!applied.ok) throw new Error(applied.error.kind);
      const { places, topology, bindings } = applied.value.register;
      await store.saveSetting('places', places, by);
      await store.saveSetting('topology', topology, by);
      await store.saveSetting('bindings', bindings, by);
      await store.commit({ imports: [importRow(act.idempotencyKey, act.plan)] });
      return done(act.idempotencyKey);
    }
    case 'rollbackRegister':
      await store.commit({ imports: [importRow(act.idempotencyKey)] });
      return done(act.idempotencyKey);
    case 'openIncident':
      await store.commit({
        incidents: [incidentRow(9, { incidentId: act.incidentId, title: act.title, alarmIds: act.alarmIds })],
      });
      return done(act.incidentId);
    case 'splitIncident':
      await store.commit({ incidents: [incidentRow(9, { incidentId: act.newId, title: act.title, alarmIds: act.alarmIds })] });
      return done(act.incidentId, act.newId);
    default:
      return done();
  }
}
