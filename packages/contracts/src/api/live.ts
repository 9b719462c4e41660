import { z } from 'zod';
import { AgentDto, DeviceDto, FlowPointDto, GapDto, OverviewDto, PassPointDto, ReadingDto } from './dto.ts';
import { AlarmDto } from './watch-dto.ts';

/** Alarms that one live event carries. */
export const alarmsPerEvent = 200;

/**
 * Events of `GET /api/v1/live` (SSE). The SSE `id` is the outbox position: a client that comes back with `Last-Event-ID` gets what it missed,
 * or one `resync` when that is no longer kept: then it reads its lists again.
 */
export const LiveEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('device'), device: DeviceDto }),
  z.strictObject({ type: z.literal('agent'), agent: AgentDto }),
  z.strictObject({ type: z.literal('readings'), readings: z.array(ReadingDto) }),
  z.strictObject({ type: z.literal('flow'), points: z.array(FlowPointDto) }),
  z.strictObject({ type: z.literal('passes'), points: z.array(PassPointDto) }),
  z.strictObject({ type: z.literal('gap'), gap: GapDto }),
  z.strictObject({ type: z.literal('overview'), overview: OverviewDto }),
  /** Alarms that changed, as they are now. Null: more than one event carries, lists of them are to be read again. */
  z.strictObject({ type: z.literal('alarms'), alarms: z.array(AlarmDto).max(alarmsPerEvent).nullable() }),
  z.strictObject({ type: z.literal('resync'), reason: z.string() }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;
