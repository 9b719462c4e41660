/**
 * One call of modbus-serial's client: it builds the request and judges the reply; nothing else of it is used. Its own TCP port takes
 * a `net.Socket` and no other, trusts any protocol id and numbers requests modulo 256, so each call gets a client of its own over
 * this port, which only hands frames to and fro. No timer, socket or queue of the library lives: nothing can stay pending in it.
 */
import { type Result, assert, err, ok } from '@cardwatch/kernel';
import modbusSerial from 'modbus-serial';
import type { DriverFailure } from '../contract.ts';
import { type ModbusReply, type ModbusRequest, frameHead } from './pdu.core.ts';
import { rtuFrame } from './rtu.core.ts';

export type LibraryRequest = Extract<ModbusRequest, { fc: 3 | 4 | 6 | 16 }>;

type Listener = (data: Buffer) => void;

class HandOverPort {
  readonly isOpen = true;
  sent: Uint8Array | undefined;
  #listener: Listener | undefined;

  open(done: () => void): void {
    done();
  }

  on(event: string, listener: Listener): void {
    if (event === 'data') this.#listener = listener;
  }

  once(): void {}

  removeListener(): void {}

  write(frame: Buffer): void {
    this.sent = frame;
  }

  receive(frame: Uint8Array): void {
    this.#listener?.(Buffer.from(frame));
  }
}

type Answer = Result<ModbusReply, LibraryError>;
interface LibraryError extends Error {
  readonly modbusCode?: number;
}

export interface LibraryCall {
  /** PDU of the request as the library built it. */
  readonly pdu: Uint8Array;
  /** What the library makes of the PDU that came back. */
  judge(pdu: Uint8Array): Result<ModbusReply, DriverFailure>;
}

export function libraryCall(unit: number, request: LibraryRequest): LibraryCall {
  const port = new HandOverPort();
  const client = new modbusSerial.default(port);
  client.open();
  let answer: Answer | undefined;
  ask(client, unit, request, (given) => {
    answer = given;
  });
  const { sent } = port;
  assert(sent !== undefined, 'the library writes its request at once');
  return {
    pdu: new Uint8Array(sent.subarray(1, sent.length - 2)),
    judge: (pdu) => {
      port.receive(rtuFrame(unit, pdu));
      if (answer === undefined) return err({ kind: 'malformed', detail: 'no reply to this request', frameHex: frameHead(pdu) });
      return answer.ok ? ok(answer.value) : err(failureOf(answer.error, pdu));
    },
  };
}

function failureOf(error: LibraryError, pdu: Uint8Array): DriverFailure {
  if (error.modbusCode !== undefined) return { kind: 'refused', deviceCode: error.modbusCode, detail: error.message };
  return { kind: 'malformed', detail: error.message, frameHex: frameHead(pdu) };
}

type Client = InstanceType<typeof modbusSerial.default>;

/** The unit goes with each call: the library's own unit id is a property of its client and races. */
function ask(client: Client, unit: number, request: LibraryRequest, answer: (given: Answer) => void): void {
  const { address } = request;
  const written = (repeated: number, expected: number, at: number): Answer =>
    repeated === expected && at === address
      ? ok({ fc: request.fc === 6 ? 6 : 16 })
      : err(new Error('write reply repeats another write'));
  switch (request.fc) {
    case 3:
      client.writeFC3(unit, address, request.quantity, (error, reply) =>
        answer(error ? err(error) : ok(registers(3, reply.buffer))),
      );
      return;
    case 4:
      client.writeFC4(unit, address, request.quantity, (error, reply) =>
        answer(error ? err(error) : ok(registers(4, reply.buffer))),
      );
      return;
    case 6:
      client.writeFC6(unit, address, request.value, (error, reply) =>
        answer(error ? err(error) : written(reply.value, request.value, reply.address)),
      );
      return;
    case 16:
      client.writeFC16(unit, address, [...request.values], (error, reply) =>
        answer(error ? err(error) : written(reply.length, request.values.length, reply.address)),
      );
      return;
  }
}

const registers = (fc: 3 | 4, bytes: Uint8Array): ModbusReply => ({ fc, bytes: new Uint8Array(bytes) });
