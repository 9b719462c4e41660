import { err, ok } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { DriverFailure } from '../contract.ts';
import { answerPdu, type RegisterSlave, put } from '../scripted/register-slave.ts';
import { BlockReader } from './block-reader.ts';
import { ReadSpec } from './model.ts';
import { encodeRequest, parseReply } from './pdu.core.ts';
import type { Item } from './plan.core.ts';
import { Reader } from './reader.ts';
import type { ModbusTransport } from './transport.ts';

const never = new AbortController().signal;
const at = (address: number): Item => ({ name: `r${address}`, read: ReadSpec.parse({ address, as: 'u16' }) });

/** A transport that goes straight to the slave; `fails` may stand in for the line at the nth request. */
function transport(slave: RegisterSlave, fails: (request: number) => DriverFailure | undefined = () => undefined) {
  const asked: string[] = [];
  const its: ModbusTransport = {
    counters: {
      line: '',
      requests: 0,
      replies: 0,
      timeouts: 0,
      crcErrors: 0,
      noiseBytes: 0,
      lateFrames: 0,
      wrongSlave: 0,
      busyMs: 0,
    },
    exchange: (request) => {
      asked.push('quantity' in request ? `${request.address}+${request.quantity}` : `fc${request.fc}`);
      const failure = fails(asked.length);
      if (failure !== undefined) return Promise.resolve(err(failure));
      const reply = parseReply(request, answerPdu(slave, encodeRequest(request)));
      return Promise.resolve(reply.ok ? ok({ value: reply.value, rttMs: 1 }) : reply);
    },
  };
  return { its, asked };
}

function slaveWith(...addresses: readonly number[]): RegisterSlave {
  const slave: RegisterSlave = { unit: 1, holding: new Map(), input: new Map() };
  for (const address of addresses) put(slave.holding, address, address);
  return slave;
}

describe('block reader', () => {
  test('splits a block that is refused for a hole, and remembers', async () => {
    const { its, asked } = transport(slaveWith(1, 2, 5));
    const reader = new BlockReader(new Reader(its, 0), [1, 2, 5].map(at), { maxHole: 8, maxBlock: 125 });
    const first = await reader.read(never);
    expect(first.ok && [...first.value.values]).toEqual([
      ['r1', 1],
      ['r2', 2],
      ['r5', 5],
    ]);
    await reader.read(never);
    expect(asked).toEqual(['1+5', '1+2', '5+1', '1+2', '5+1']);
  });

  test('a register that does not exist hides none of the others', async () => {
    const { its, asked } = transport(slaveWith(1, 3));
    const reader = new BlockReader(new Reader(its, 0), [1, 2, 3].map(at), { maxHole: 8, maxBlock: 125 });
    const read = await reader.read(never);
    expect(read.ok && [...read.value.values.keys()]).toEqual(['r1', 'r3']);
    expect(read.ok && read.value.failures).toMatchObject([{ points: ['r2'], failure: { kind: 'refused', deviceCode: 2 } }]);
    expect(asked).toEqual(['1+3', '1+1', '2+1', '3+1']);
  });

  const timeout: DriverFailure = { kind: 'timeout', afterMs: 1 };

  test('a device that answers nothing costs one request and its repetitions, not one per block', async () => {
    const { its, asked } = transport(slaveWith(), () => timeout);
    const reader = new BlockReader(new Reader(its, 1), [1, 50, 100].map(at), { maxHole: 8, maxBlock: 125 });
    expect(await reader.read(never)).toEqual(err(timeout));
    expect(asked).toEqual(['1+1', '1+1']);
    // Known to be silent: no repetition until it answers again.
    expect(await reader.read(never)).toEqual(err(timeout));
    expect(asked.length).toBe(3);
  });

  test('a lost reply is asked for again, what was read stays when the device goes silent', async () => {
    const { its } = transport(slaveWith(1, 50, 100), (request) => (request === 1 || request >= 3 ? timeout : undefined));
    const reader = new BlockReader(new Reader(its, 1), [1, 50, 100].map(at), { maxHole: 8, maxBlock: 125 });
    const read = await reader.read(never);
    expect(read.ok && [...read.value.values.keys()]).toEqual(['r1']);
    expect(read.ok && read.value.failures.map(({ points }) => points)).toEqual([['r50'], ['r100']]);
  });
});
