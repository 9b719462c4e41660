import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, LineCounters } from '../contract.ts';
import type { Line } from '../line/line.ts';
import type { LineSettings, Reply, Transaction } from '../line/transaction.ts';
import { wireLineSettings } from '../line/wire-links.ts';
import type { ModbusConnection, WireConnection } from './connection.ts';
import { type ModbusReply, type ModbusRequest, encodeRequest, parseReply } from './pdu.core.ts';
import { replyBytesMax, rtuFrame, rtuMatcher } from './rtu.core.ts';

/** One Modbus device: a request goes out once, its reply or failure comes back before the deadline. */
export interface ModbusTransport {
  readonly counters: LineCounters;
  exchange(request: ModbusRequest, signal?: AbortSignal): Promise<Result<Reply<ModbusReply>, DriverFailure>>;
}

/** A request may wait for its station to rest and for the line to open before it is sent. */
export const deadlineFor = (connection: ModbusConnection, wireMs: number): number =>
  Math.max(connection.deadlineMs, wireMs + 2 * connection.replyTimeoutMs + 500);

/** RTU on a wire that the line arbiter owns, be it a serial port or a transparent serial server. */
export function rtuTransport(connection: WireConnection, line: Line, io: DriverIo): ModbusTransport {
  const settings = wireLineSettings(connection, io);
  return {
    counters: line.counters,
    exchange: async (request, signal) => {
      const reply = await line.run({ ...rtuTransaction(connection, settings, request), trace: () => io.trace }, signal);
      if (!reply.ok) return reply;
      return judged(parseReply(request, reply.value.value), reply.value.rttMs);
    },
  };
}

/**
 * A gateway's own exceptions do not come from the device: 10 (no path to it) and 11 (it did not answer) must not make it look alive.
 * Application protocol, 7.
 */
export function judged(reply: Result<ModbusReply, DriverFailure>, rttMs: number): Result<Reply<ModbusReply>, DriverFailure> {
  if (reply.ok) return ok({ value: reply.value, rttMs });
  const { error } = reply;
  if (error.kind === 'refused' && error.deviceCode === 10) return err({ kind: 'unreachable', detail: error.detail });
  if (error.kind === 'refused' && error.deviceCode === 11) return err({ kind: 'timeout', afterMs: Math.round(rttMs) });
  return reply;
}

function rtuTransaction(connection: WireConnection, settings: LineSettings, request: ModbusRequest): Transaction<Uint8Array> {
  const frame = rtuFrame(connection.unit, encodeRequest(request));
  const longest = replyBytesMax(request);
  return {
    settings,
    station: String(connection.unit),
    request: frame,
    replyBytesMax: longest,
    match: rtuMatcher(connection.unit, request),
    replyTimeoutMs: connection.replyTimeoutMs,
    deadlineMs: deadlineFor(connection, (frame.length + longest) * settings.charMs),
    restMs: connection.replyTimeoutMs,
  };
}
