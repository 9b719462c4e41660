/** One call of every endpoint that succeeds for whoever may make it. A row of the table without one does not compile. */
import { randomUUID } from 'node:crypto';
import type { BodyOf, EndpointName, ParamsOf, QueryOf } from '@cardwatch/contracts/api';
import { AlarmId } from '@cardwatch/contracts/watch';
import { defaultSlaLimits } from '../../packages/collector/src/core/sla/limits.core.ts';
import { at0, uuid } from '../watch/store/rows.ts';
import { password } from './harness.ts';
import { sampleMap, tinyImage, tinyPng } from './tiny-png.ts';
import { samplePack } from './watch-desk.ts';

export interface Sample<K extends EndpointName> {
  readonly params?: ParamsOf<K>;
  readonly query?: QueryOf<K>;
  /** Differs from call to call where a verb makes something. */
  readonly body?: (n: number) => BodyOf<K>;
  /** A file, for a row with `upload`. */
  readonly upload?: string | Uint8Array;
}

const dayMs = 86_400_000;
/** Far enough ahead for the clock that the tests move. */
const ahead = (): { readonly from: number; readonly to: number } => ({ from: Date.now(), to: Date.now() + 20 * dayMs });
const keyed = <T extends object>(body: T): T & { readonly idempotencyKey: string } => ({ ...body, idempotencyKey: randomUUID() });
const why = (): { readonly reason: string; readonly idempotencyKey: string } => keyed({ reason: '演练' });
const changing = () => ({ basedOn: 0, ...why() });
const incident = { incidentId: uuid(2_000_001) };
const alarm = { alarmId: uuid(1) };
const leakTiming = { raiseAfterMs: 60_000, clearAfterMs: 60_000, nOfM: null };
/** Of the seeded watch. */
export const sampleImport = uuid(4_000_001);
/** Hung by who asks. */
export const sampleWallLink = '0123456789abcdef';
const registered = { deviceId: 'yb-a-bath-01' };

export const samples: { readonly [K in EndpointName]: Sample<K> } = {
  setupState: {},
  setup: { body: () => ({ code: 'X', name: 'zhang', displayName: '张工', password }) },
  signIn: { body: () => ({ name: 'duty', password }) },
  session: {},
  signOut: {},
  changePassword: { body: () => ({ current: password, password }) },
  redeemReset: { body: () => ({ name: 'spare', code: 'X', password }) },
  health: {},
  overview: {},
  flow: { query: {} },
  agents: {},
  agent: { params: { agentId: 'yb-a' } },
  devices: { query: { limit: 10 } },
  device: { params: { deviceId: 'yb-a-bath-01' } },
  deviceMaintenance: { params: { deviceId: 'yb-a-bath-01' }, body: (n) => ({ maintenance: n % 2 === 0, reason: '换阀' }) },
  deviceReadings: { params: { deviceId: 'yb-a-bath-01' }, query: {} },
  deviceOperations: { params: { deviceId: 'yb-a-bath-01' } },
  operateDevice: {
    params: { deviceId: 'yb-a-bath-01' },
    body: () => ({ name: 'valveClose', reason: '检修', idempotencyKey: randomUUID() }),
  },
  events: { query: { limit: 10 } },
  passFlow: { query: {} },
  records: { query: { limit: 10 } },
  revealRecord: { params: { id: '1' }, body: () => ({ purpose: '学生投诉核对' }) },
  gaps: { query: {} },
  recollectGap: { params: { id: '1' }, body: () => ({ reason: '补采' }) },
  deadLetters: { query: {} },
  users: {},
  addUser: { body: (n) => ({ name: `made-${n}`, displayName: '新人', role: 'duty', password }) },
  disableUser: { params: { name: 'spare' } },
  enableUser: { params: { name: 'spare' } },
  unlockUser: { params: { name: 'spare' } },
  resetPassword: { params: { name: 'spare' } },
  setUserAreas: { params: { name: 'spare' }, body: () => ({ areas: ['main'] }) },
  audit: { query: { action: 'user.' } },
  auditChain: {},
  tokens: {},
  revokeToken: { params: { tokenId: '0123456789abcdef' }, body: () => ({ reason: '不再使用' }) },
  wouldTellOf: { query: { level: 2, rule: 'leak' } },
  alarms: { query: { limit: 10, open: 'true' } },
  countAlarms: { query: { suppressed: 'false' } },
  alarmFacets: { query: { open: 'true' } },
  toldOfAlarms: { query: { ids: uuid(1) } },
  handleAlarms: {
    body: () => keyed({ filter: { subject: 'pos-1' }, expected: 1, move: { type: 'start' } as const, note: '一起处理' }),
  },
  alarm: { params: alarm },
  handleAlarm: { params: alarm, body: () => keyed({ move: { type: 'acknowledge', forMs: 3_600_000 } as const, note: '' }) },
  wouldTell: { params: alarm },
  acknowledgeByLink: { body: () => ({ token: 'A'.repeat(64) }) },
  windows: { query: { ended: 'true' } },
  addSilence: { body: () => keyed({ rule: 'leak', subject: null, area: null, ...ahead(), reason: '检修' }) },
  endSilence: { params: { silenceId: uuid(5) }, body: why },
  addMaintenanceWindow: {
    body: () => keyed({ name: '换阀', ...ahead(), weekly: false, until: null, subjects: ['pos-1'], reason: '换阀' }),
  },
  endMaintenanceWindow: { params: { windowId: uuid(5) }, body: why },
  addImportantEvent: { body: () => ({ name: '迎新', ...ahead(), areas: [], vip: false, freeze: true, ...why() }) },
  endImportantEvent: { params: { eventId: uuid(5) }, body: why },
  rules: {},
  ruleVersions: { params: { rule: 'leak' } },
  saveRule: {
    params: { rule: 'leak' },
    body: () => ({ basedOn: 0, enabled: true, timing: leakTiming, params: {}, ...why() }),
  },
  rollbackRule: { params: { rule: 'backlog' }, body: () => ({ to: 0, ...why() }) },
  replayRule: { params: { rule: 'leak' }, body: () => ({ timing: leakTiming, params: {}, from: at0, to: at0 + dayMs }) },
  notices: { query: { state: 'sent' } },
  deadNotices: { query: {} },
  resendNotice: { params: { noticeId: uuid(1_000_002) }, body: why },
  policies: {},
  savePolicies: { body: () => ({ policies: [], ...why() }) },
  recipients: {},
  saveRecipient: {
    body: () => ({
      recipientId: 'li',
      displayName: '李工',
      kind: 'person' as const,
      user: null,
      language: 'zh' as const,
      addresses: [{ channel: 'sms' as const, address: null }],
      ...why(),
    }),
  },
  removeRecipient: { params: { recipientId: 'wang' }, body: why },
  shifts: {},
  saveShifts: {
    body: () => {
      const { from, to } = ahead();
      const shift = { duty: 'day', recipientId: 'li', from, to: from + dayMs, onSite: true, override: false };
      return { duties: ['day'], from, to, shifts: [shift], ...why() };
    },
  },
  incidents: { query: { open: 'true' } },
  incident: { params: incident },
  openIncident: {
    body: () => keyed({ title: '一食堂脱网', alarmIds: [uuid(1)], occurredAt: at0 - 40 * 365 * dayMs, note: '电话报修' }),
  },
  moveIncident: { params: incident, body: () => keyed({ to: 'accepted' as const, holdReason: null, note: '接单' }) },
  assignIncident: { params: incident, body: () => keyed({ owner: 'li', note: '派单' }) },
  assessIncident: {
    params: incident,
    body: () => keyed({ severity: 2, scope: 1, urgency: 2, bump: 0, hardRule: null, reason: '午餐前' }),
  },
  setIncidentLevel: { params: incident, body: () => keyed({ level: 1 as const, reason: '校领导在场' }) },
  recordIncident: {
    params: incident,
    body: () => {
      const record = { time: '11:02', place: '一食堂', symptom: '脱网', cause: '交换机掉电', handling: '换电源', result: '恢复' };
      return keyed({ record, attributable: false });
    },
  },
  rootCauseIncident: {
    params: incident,
    body: () =>
      keyed({
        rootCause: {
          method: 'fiveWhys' as const,
          whyChain: [{ why: '为何脱网', because: '交换机掉电', evidence: [] }],
          bones: [],
          direct: '电源老化',
          indirect: '',
          code: 'power' as const,
        },
      }),
  },
  actionIncident: {
    params: incident,
    body: () =>
      keyed({
        actionId: null,
        type: 'preventive' as const,
        text: '加装 UPS',
        owner: 'li',
        dueAt: at0 + 30 * dayMs,
        state: 'open' as const,
        effect: null,
      }),
  },
  mergeIncident: { params: incident, body: () => keyed({ into: uuid(2_000_002), note: '同一故障' }) },
  markIncident: { params: incident, body: () => keyed({ mark: 'onSite' as const, note: '已到场' }) },
  evidencePack: { params: { ...incident, hash: samplePack.hash } },
  packIncident: { params: incident, body: () => keyed({ note: '复盘用' }) },
  splitIncident: {
    params: incident,
    body: () => keyed({ title: '另一故障', alarmIds: [AlarmId.parse(uuid(1))], note: '两件事' }),
  },
  approveChange: { params: { deviceId: 'yb-a-bath-01' }, body: why },
  incidentGuide: { params: incident, query: {} },
  watchList: {},
  sla: { query: { from: at0 - dayMs, to: at0 + dayMs } },
  calendars: {},
  saveBusinessCalendar: {
    body: () => ({ calendar: { name: 'service', week: Array(7).fill([['06:30', '22:00']]), days: {} }, ...changing() }),
  },
  removeBusinessCalendar: { params: { name: 'office' }, body: changing },
  saveTeachingCalendar: { body: () => ({ calendar: { periods: [], makeUpDays: [] }, ...changing() }) },
  settingVersions: { params: { setting: 'calendars' } },
  settingVersion: { params: { setting: 'calendars', version: 1 } },
  rollbackSetting: { params: { setting: 'contracts' }, body: () => ({ to: 0, ...changing() }) },
  slaContracts: {},
  saveSlaContract: {
    body: () => ({
      contract: { contractId: 'c-2026', name: '一卡通运维', validFrom: at0, limits: defaultSlaLimits },
      ...changing(),
    }),
  },
  businessMetrics: { query: { kind: 'device', id: 'yb-a-bath-01', from: at0, to: at0 + 3_600_000 } },
  incidentClocks: { params: incident },
  openIncidentClocks: { query: { limit: 2 } },
  ruleSuggestion: { params: { rule: 'amountHigh' } },
  availability: { query: { from: at0 - dayMs, to: at0 + dayMs, deviceId: 'yb-a-bath-01' } },
  topology: {},
  suggestions: { query: { state: 'open' } },
  decideSuggestion: { params: { suggestionId: uuid(3_000_001) }, body: () => ({ decision: 'rejected' as const, ...why() }) },
  places: {},
  registeredDevice: { params: registered },
  editRegistered: {
    params: registered,
    body: () => ({ place: { area: '宜宾校区/竹苑3栋', zone: null, cluster: null }, port: '3', ...why() }),
  },
  merchants: { query: { deviceId: 'yb-a-bath-01' } },
  bindMerchant: { body: () => ({ ...registered, merchantId: 'm-1', merchantName: '浴室', validFrom: at0, ...why() }) },
  endMerchant: { body: () => ({ deviceId: 'yb-a-bath-02', validFrom: at0, validTo: at0 + dayMs, ...why() }) },
  previewRegister: { upload: '设备编号,校区\nyb-a-bath-01,宜宾校区\n' },
  // its key was used before: the same answer again
  importRegister: { body: () => ({ previewId: uuid(9), ...why(), idempotencyKey: sampleImport }) },
  registerImports: { query: { limit: 10 } },
  registerImport: { params: { importId: sampleImport } },
  rollbackRegister: { params: { importId: sampleImport }, body: why },
  exportRegister: { query: { format: 'csv' } },
  maps: {},
  mapVersions: {},
  uploadMapImage: { upload: tinyPng },
  mapImage: { params: { image: tinyImage } },
  saveMap: {
    params: { mapId: sampleMap.mapId },
    body: () => ({ name: '一层', area: '宜宾校区', image: tinyImage, ...changing() }),
  },
  placeOnMap: {
    params: { mapId: sampleMap.mapId },
    body: () => ({ placements: [{ deviceId: 'yb-a-bath-01', x: 500, y: 500 }], ...changing() }),
  },
  removeMap: { params: { mapId: sampleMap.mapId }, body: changing },
  exposure: {},
  wall: {},
  wallDay: { query: { campus: '宜宾校区' } },
  openWall: { body: () => ({ token: 'A'.repeat(46) }) },
  wallLinks: {},
  addWallLink: { body: (n) => ({ label: `大屏 ${n}`, days: 30 }) },
  revokeWallLink: { params: { linkId: sampleWallLink }, body: () => ({ reason: '撤下' }) },
};

interface Loose {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
}

/** Path with its parameters and query filled in. */
export function pathOf(path: string, { params = {}, query = {} }: Loose): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_all, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return `/api/v1${filled}${search === '' ? '' : `?${search}`}`;
}
