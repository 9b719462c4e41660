import type { AlarmDetailDto, AlarmDto, NoticeDto } from '@cardwatch/contracts/api';

type Loose<T, K extends keyof T> = Omit<Partial<T>, K> & { readonly [P in K]?: string | null };

/** Plain rows for tests; each test changes only what it is about. Ids are as short as a test likes. */
export const alarm = (change: Loose<AlarmDto, 'alarmId' | 'causeId' | 'incidentId' | 'previousId'>): AlarmDto =>
  ({
    alarmId: 'a-1',
    rule: 'deviceOffline',
    ruleVersion: 1,
    subject: { kind: 'device', id: 'd-1' },
    level: 2,
    levels: [{ level: 2, at: 0, why: 'rule' }],
    condition: 'active',
    since: 0,
    foundAt: 0,
    raisedAt: 1,
    clearedAt: null,
    handling: 'new',
    handledAt: null,
    owner: null,
    acknowledgedUntil: null,
    suppressedBy: [],
    causeId: null,
    symptoms: 0,
    reason: { code: 'deviceOffline', values: {} },
    evidence: null,
    exposure: { records: 0, fen: null, estimated: true, oldestAt: null },
    devices: ['d-1'],
    campus: '主校区',
    area: '主校区/一食堂/大厅',
    previousId: null,
    incidentId: null,
    ...change,
  }) as AlarmDto;

export const notice = (change: Partial<NoticeDto>): NoticeDto =>
  ({
    noticeId: 'n-1',
    recipient: 'li',
    channel: 'mail',
    state: 'sent',
    reason: 'raised',
    attempts: [],
    queuedAt: 0,
    ...change,
  }) as NoticeDto;

export const detail = (change: Partial<AlarmDetailDto>): AlarmDetailDto => ({
  alarm: alarm({}),
  cause: null,
  history: [],
  notices: [],
  why: [],
  ...change,
});
