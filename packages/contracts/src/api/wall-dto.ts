/** What a wall screen is told: no person by full name, no card, no phone. */
import { z } from 'zod';
import { AlarmLevel, Exposure } from '../watch/index.ts';
import { StandingDto } from './exposure-dto.ts';

const at = z.int();
const count = z.int().min(0);

export const wallLinkLimits = { days: 366, labelChars: 40 } as const;

/** A link that opens the wall and nothing else. `areas`: what its maker sees; null: all. */
export const WallLinkDto = z.strictObject({
  linkId: z.string(),
  label: z.string(),
  areas: z.array(z.string()).nullable(),
  createdBy: z.string(),
  createdAt: at,
  expiresAt: at,
  /** Screens that it opened and that are still let in. */
  screens: count,
  lastUsedAt: at.nullable(),
});
export type WallLinkDto = z.infer<typeof WallLinkDto>;

/** The token is told this once; what is kept is its hash. */
export const NewWallLinkDto = z.strictObject({ link: WallLinkDto, token: z.string() });
export type NewWallLinkDto = z.infer<typeof NewWallLinkDto>;

/** An open cause. Alarms about cards are not among them. */
export const WallAlarmDto = z.strictObject({
  alarmId: z.uuid(),
  level: AlarmLevel,
  campus: z.string().nullable(),
  area: z.string().nullable(),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  raisedAt: at,
  exposure: Exposure,
  /** Somebody has it. */
  taken: z.boolean(),
});
export type WallAlarmDto = z.infer<typeof WallAlarmDto>;

/** `safeSince`: the last incident of level 1, or the first account of this collector. `expiresAt`: of the link; null: a person looks. */
export const WallDto = z.strictObject({
  asOf: at,
  total: StandingDto,
  campuses: z.array(StandingDto.extend({ campus: z.string() })),
  alarms: z.array(WallAlarmDto).max(60),
  /** Open causes by level, those that are not listed too. */
  open: z.tuple([count, count, count]),
  onDuty: z.array(z.strictObject({ duty: z.string(), name: z.string(), until: at })),
  safeSince: at,
  openGaps: count,
  lastUnexplainedAt: at.nullable(),
  expiresAt: at.nullable(),
});
export type WallDto = z.infer<typeof WallDto>;
