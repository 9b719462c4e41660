import { epochMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { emptyRegister } from '../../../packages/collector/src/core/register/index.core.ts';
import { systemClock } from '../../../packages/collector/src/shell/clock.ts';
import { SheetThread, sheetThreadLimits } from '../../../packages/collector/src/shell/sheets-thread.ts';

const file = new TextEncoder().encode('Device\npos-1\n');
const ask = { register: emptyRegister, known: ['pos-1'], reach: null };
const now = epochMs(1_800_000_000_000);

test('reads one file after the other, refuses what waits beyond its limit, and may be closed twice', async () => {
  const desk = new SheetThread(systemClock, { ...sheetThreadLimits, waiting: 1 });
  const answers = await Promise.all([1, 2, 3].map(() => desk.preview(file, ask, now)));
  expect(answers.map((answer) => (answer.ok ? answer.value.ok : answer.error.kind))).toEqual([true, true, 'busy']);
  await desk.close();
  await desk.close();
  expect(await desk.preview(file, ask, now)).toMatchObject({ ok: true, value: { ok: true, value: { rows: 1 } } });
  await desk.close();
});

test('a file that takes too long ends its thread, the next one has another', async () => {
  const hasty = new SheetThread(systemClock, { ...sheetThreadLimits, deadlineMs: 0 });
  expect(await hasty.preview(file, ask, now)).toEqual({ ok: false, error: { kind: 'tooMuch', deadlineMs: 0 } });
  expect(await hasty.preview(file, ask, now)).toMatchObject({ ok: false });
  await hasty.close();
});

test('a file that takes too much memory ends its thread and nothing else', async () => {
  const small = new SheetThread(systemClock, { ...sheetThreadLimits, heapMb: 48 });
  const wide = `Device\n${'pos-1\n'.repeat(19_999)}`;
  const known = Array.from({ length: 400_000 }, (_, index) => `pos-${index}-${'x'.repeat(40)}`);
  expect(await small.preview(new TextEncoder().encode(wide), { ...ask, known }, now)).toMatchObject({
    ok: false,
    error: { kind: 'tooMuch' },
  });
  await small.close();
});
