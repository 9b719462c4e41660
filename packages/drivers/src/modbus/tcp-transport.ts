import { type Result, assert } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { DriverFailure, DriverIo } from '../contract.ts';
import type { Line } from '../line/line.ts';
import type { LineSettings, Transaction } from '../line/transaction.ts';
import type { ModbusTcp } from './connection.ts';
import { libraryCall } from './library-call.ts';
import { mbapFrame, mbapFrameBytesMax, mbapMatcher } from './mbap.core.ts';
import { type ModbusReply, type ModbusRequest, encodeRequest, limits, parseReply } from './pdu.core.ts';
import { type ModbusTransport, deadlineFor, judged } from './transport.ts';

type Connection = z.infer<typeof ModbusTcp>;

/** Modbus/TCP: modbus-serial builds and judges what it can, our line owns socket, queue, deadlines and transaction ids. */
export function tcpTransport(connection: Connection, line: Line, io: DriverIo): ModbusTransport {
  const settings = tcpSettings(connection, io);
  return {
    counters: line.counters,
    exchange: async (request, signal) => {
      const call = codecFor(connection.unit, request);
      const transaction = tcpTransaction(connection, settings, call.pdu, line.nextNumber());
      const reply = await line.run({ ...transaction, trace: () => io.trace }, signal);
      if (!reply.ok) return reply;
      return judged(call.judge(reply.value.value), reply.value.rttMs);
    },
  };
}

interface Call {
  readonly pdu: Uint8Array;
  judge(pdu: Uint8Array): Result<ModbusReply, DriverFailure>;
}

/** The library hard-codes 100 registers for FC 20 and does not know FC 24: those two go by our own codec. */
function codecFor(unit: number, request: ModbusRequest): Call {
  if (request.fc === 20 || request.fc === 24) return { pdu: encodeRequest(request), judge: (pdu) => parseReply(request, pdu) };
  if (request.fc !== 6) checkCount(request);
  return libraryCall(unit, request);
}

/** The library sends any count; the standard does not know more than these. */
function checkCount(request: Extract<ModbusRequest, { fc: 3 | 4 | 16 }>): void {
  const [count, most] =
    request.fc === 16 ? [request.values.length, limits.writeRegistersMax] : [request.quantity, limits.readRegistersMax];
  assert(count >= 1 && count <= most, `1 to ${most} registers: ${count}`);
}

function tcpTransaction(
  connection: Connection,
  settings: LineSettings,
  pdu: Uint8Array,
  number: number,
): Transaction<Uint8Array> {
  const address = { transaction: number & 0xffff, unit: connection.unit };
  return {
    settings,
    station: String(connection.unit),
    request: mbapFrame(address, pdu),
    replyBytesMax: mbapFrameBytesMax,
    match: mbapMatcher(address),
    replyTimeoutMs: connection.replyTimeoutMs,
    deadlineMs: deadlineFor(connection, 0),
    restMs: 0,
  };
}

function tcpSettings({ host, port, connectTimeoutMs }: Connection, io: DriverIo): LineSettings {
  return {
    name: 'mbap',
    charMs: 0,
    gapMs: 0,
    framing: 'stream',
    reopenAfterSilent: 5,
    open: () => io.openTcp({ host, port, connectTimeoutMs }),
  };
}
