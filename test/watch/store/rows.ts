/** Rows as the watch writes them, each passed by its contract. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Alarm, Incident, Notice, TopologySuggestion } from '@cardwatch/contracts/watch';
import type { WatchStore } from '../../../packages/collector/src/store/watch/roles.ts';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';

export const at0 = Date.UTC(2026, 10, 23, 4);

export const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

export function alarmRow(n: number, change: Partial<Record<keyof Alarm, unknown>> = {}): Alarm {
  const foundAt = at0 + n;
  return Alarm.parse({
    alarmId: uuid(n),
    rule: 'deviceOffline',
    ruleVersion: 1,
    subject: { kind: 'device', id: `pos-${n}` },
    level: 2,
    levels: [{ level: 2, at: foundAt, why: 'rule' }],
    condition: 'active',
    since: foundAt,
    foundAt,
    raisedAt: foundAt,
    clearedAt: null,
    handling: 'new',
    handledAt: null,
    owner: null,
    acknowledgedUntil: null,
    suppressedBy: [],
    causeId: null,
    symptoms: 0,
    reason: { code: 'silent', values: { minutes: 3 } },
    evidence: null,
    exposure: { records: 0, fen: null, estimated: true, oldestAt: null },
    devices: [`pos-${n}`],
    campus: 'main',
    area: 'main/canteen-1/hall',
    previousId: null,
    incidentId: null,
    ...change,
  });
}

export function noticeRow(n: number, change: Partial<Record<keyof Notice, unknown>> = {}): Notice {
  return Notice.parse({
    noticeId: uuid(1_000_000 + n),
    alarmIds: [uuid(n)],
    reason: 'raised',
    transition: 1,
    level: 2,
    recipient: 'li',
    channel: 'wecom',
    state: 'queued',
    mutedBy: null,
    attempts: [],
    queuedAt: at0 + n,
    nextTryAt: at0 + n,
    sentAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    ...change,
  });
}

export function incidentRow(n: number, change: Partial<Record<keyof Incident, unknown>> = {}): Incident {
  return Incident.parse({
    incidentId: uuid(2_000_000 + n),
    number: `GZ-20261123-${String(n).padStart(4, '0')}`,
    title: '一食堂脱网',
    state: 'new',
    openedAt: at0 + n,
    occurredAt: at0 + n,
    restoredAt: null,
    closedAt: null,
    alarmIds: [],
    assessments: [],
    owner: null,
    steps: [],
    record: { time: '', place: '', symptom: '', cause: '', handling: '', result: '' },
    rootCause: null,
    actions: [],
    watchUntil: null,
    previousId: null,
    visits: 0,
    attributable: null,
    ...change,
  });
}

export function suggestionRow(n: number, change: Partial<Record<keyof TopologySuggestion, unknown>> = {}): TopologySuggestion {
  return TopologySuggestion.parse({
    suggestionId: uuid(3_000_000 + n),
    deviceId: `pos-${n}`,
    parent: 'sw-1',
    port: 'Gi0/3',
    evidence: 'fdb',
    firstSeenAt: at0,
    lastSeenAt: at0 + n,
    state: 'open',
    decidedBy: null,
    ...change,
  });
}

export interface Kept {
  readonly file: string;
  readonly store: WatchStore;
  /** Closes and opens the file again. */
  reopen(): Promise<WatchStore>;
  remove(): Promise<void>;
}

export function keptStore(): Kept {
  const folder = mkdtempSync(join(tmpdir(), `cardwatch-watch-${randomUUID().slice(0, 8)}`));
  const file = join(folder, 'watch.db');
  let store = openSqliteWatch(file);
  return {
    file,
    get store() {
      return store;
    },
    reopen: async () => {
      await store.close();
      store = openSqliteWatch(file);
      return store;
    },
    remove: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The value, or an error that names the failure. */
export function valueOf<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly kind: string } },
): T {
  if (!result.ok) throw new Error(result.error.kind);
  return result.value;
}
