/** What the driver hands over becomes lines of the money stream: each is a transaction, none holds a card number in the clear. */
import { MoneyLine } from '@cardwatch/contracts';
import { epochMs, toHex } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { normaliseRecord } from '../../../packages/agent/src/normalise/normalise.core.ts';
import { freePort } from '../peer.ts';
import { deviceOf, openBench, profileOf, until } from './bench.ts';

const crypto = {
  contentHash: (raw: Uint8Array) => toHex(raw).slice(0, 32).padEnd(32, '0'),
  cardRef: () => 'a'.repeat(32),
  seal: () => `k1.${'A'.repeat(40)}`,
};

test('sales, stored sales and reversals are transactions with balance, time and batch', async () => {
  const bench = await openBench({ profile: 'iso8583/unionpay/terminal', terminals: 1, port: await freePort() });
  const [pos] = bench.cluster.terminals;
  for (let round = 0; round < 6; round++)
    pos?.sell({ card: '6225000000000014', amountFen: 700, balanceBeforeFen: 5_000, cardCounter: round });
  pos?.takeBack();
  const ledger = bench.ledger(deviceOf(0));
  await until('handed in', () => pos?.waiting === 0);
  await bench.close();
  const profile = await profileOf('iso8583/unionpay/terminal');
  const context = {
    deviceId: deviceOf(0) as never,
    generation: 1,
    profile,
    collectMode: 'realtime' as const,
    driftMs: undefined,
    crypto: crypto as never,
  };
  const lines = [...ledger.entries.values()].map(({ record }) => normaliseRecord(record, context, epochMs(Date.now())).line);
  expect(lines.length).toBe(7);
  for (const line of lines) {
    expect(MoneyLine.safeParse(line).success).toBe(true);
    expect(line).toMatchObject({
      type: 'transaction',
      batchNo: 1,
      terminalNo: 'CT000000',
      clockQuality: 'ok',
      mode: 'cardOffline',
    });
    expect(JSON.stringify(line)).not.toContain('6225000000000014');
  }
  const sales = lines.filter((line) => line.type === 'transaction' && line.kind === 'consume');
  expect(sales.map((line) => line.type === 'transaction' && line.checks.balance)).toEqual(Array.from({ length: 6 }, () => 'ok'));
});
