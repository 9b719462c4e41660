import { z } from 'zod';
import { AgentDto, DeviceDto, FlowPointDto, GapDto, OverviewDto, PassPointDto, ReadingDto } from './dto.ts';

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
  /** Alarms changed: lists of them are to be read again. */
  z.strictObject({ type: z.literal('alarms') }),
  z.strictObject({ type: z.literal('resync'), reason: z.string() }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;
