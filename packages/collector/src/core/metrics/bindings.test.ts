import { DeviceId } from '@cardwatch/contracts';
import type { MerchantBinding } from '@cardwatch/contracts/watch';
import { epochMs, intBetween, SeededRandom } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { merchantLookup, merchantSpans } from './bindings.core.ts';

const binding = (deviceId: string, merchantId: string, validFrom: number, validTo: number | null = null): MerchantBinding => ({
  deviceId: DeviceId.parse(deviceId),
  merchantId,
  merchantName: merchantId,
  validFrom,
  validTo,
});

test('a merchant’s terminals at its times: until the next binding, until its own end', () => {
  const bindings = [
    binding('pos-1', 'm-1', 10),
    binding('pos-1', 'm-2', 50),
    binding('pos-1', 'm-1', 70),
    binding('pos-2', 'm-1', 0, 30),
  ];
  expect(merchantSpans(bindings, 'm-1', { from: 0, to: 100 })).toEqual([
    { deviceId: 'pos-1', from: 70, to: 100 },
    { deviceId: 'pos-1', from: 10, to: 50 },
    { deviceId: 'pos-2', from: 0, to: 30 },
  ]);
  expect(merchantSpans(bindings, 'm-2', { from: 60, to: 65 })).toEqual([{ deviceId: 'pos-1', from: 60, to: 65 }]);
  expect(merchantSpans(bindings, 'm-2', { from: 70, to: 100 })).toEqual([]);
});

test('property: at every moment the spans say what the lookup says', () => {
  const random = new SeededRandom(5);
  let asked = 0;
  for (let round = 0; round < 60; round++) {
    const bindings = Array.from({ length: 6 }, () => {
      const from = intBetween(random, 0, 20);
      const to = intBetween(random, 0, 3) === 0 ? from + intBetween(random, 1, 8) : null;
      return binding(`pos-${intBetween(random, 1, 2)}`, `m-${intBetween(random, 1, 2)}`, from, to);
    });
    const lookup = merchantLookup(bindings);
    for (const merchantId of ['m-1', 'm-2']) {
      const spans = merchantSpans(bindings, merchantId, { from: 0, to: 30 });
      for (const deviceId of ['pos-1', 'pos-2'])
        for (let at = 0; at < 30; at++) {
          const covering = spans.filter((span) => span.deviceId === deviceId && span.from <= at && at < span.to);
          expect(covering).toHaveLength(lookup(deviceId, epochMs(at))?.merchantId === merchantId ? 1 : 0);
          asked++;
        }
    }
  }
  expect(asked).toBe(60 * 2 * 2 * 30);
});
