import { z } from 'zod';
import { WireTime } from '../ids.ts';
import { CauseCode, ResponseLevel } from '../watch/index.ts';

const count = z.int().min(0);

/** What is to be done now, by whom. Codes; words are the reader's. */
export const IncidentTaskDto = z.strictObject({
  role: z.enum(['engineer', 'expert', 'coordinator']),
  task: z.enum([
    'accept',
    'goOnSite',
    'restore',
    'removeCause',
    'confirm',
    'consult',
    'noticeStart',
    'noticeUpdate',
    'noticeEnd',
  ]),
  dueAt: WireTime.nullable(),
  overdue: z.boolean(),
});

export const SimilarIncidentDto = z.strictObject({
  incidentId: z.uuid(),
  number: z.string(),
  sharedClasses: z.array(z.string()),
  sharedRules: z.array(z.string()),
  cause: CauseCode.nullable(),
  handling: z.string(),
});

/** Beside the incident itself: tasks by role, when its response begins and may end, what past ones like it were, its fishbone. */
export const IncidentGuideDto = z.strictObject({
  level: ResponseLevel,
  tasks: z.array(IncidentTaskDto),
  conditions: z.strictObject({
    startsAtScore: count,
    healthyForMs: count,
    backlogEmpty: z.boolean(),
    reconciled: z.boolean(),
  }),
  /** What the end of the response still waits for; empty: it may end. */
  endBlocks: z.array(z.string()),
  similar: z.array(SimilarIncidentDto),
  /** Actions past their day. */
  overdueActions: z.array(z.uuid()),
  /** SVG in the language of the question; null while no root cause is written. */
  fishbone: z.string().nullable(),
});
export type IncidentGuideDto = z.infer<typeof IncidentGuideDto>;

/** How many others approved one operation, and until when that holds. */
export const ApprovalDto = z.strictObject({ deviceId: z.string(), approvals: count, needed: count, until: WireTime });
export type ApprovalDto = z.infer<typeof ApprovalDto>;

/** 恢复观察: a fault that comes back on these devices by these rules reopens the incident. */
export const WatchListDto = z.strictObject({
  items: z.array(
    z.strictObject({
      incidentId: z.uuid(),
      number: z.string(),
      devices: z.array(z.string()),
      rules: z.array(z.string()),
      until: WireTime,
    }),
  ),
});
export type WatchListDto = z.infer<typeof WatchListDto>;
