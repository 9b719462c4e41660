import { expect, test } from 'vitest';
import { baseCoding } from './elements.core.ts';
import { openEnvelope } from './frame.core.ts';
import { encodeBody, joined, parseBody } from './message.core.ts';
import { traceHex } from './trace.core.ts';

test('a trace shows the last four digits of a card and no track, PIN block or chip data', () => {
  const fields = new Map([
    [2, '6225000000000014'],
    [4, '000000001250'],
    [35, '6225000000000014D2612'],
    [52, 'A1B2C3D4E5F60718'],
    [55, '5713622500000000'],
  ]);
  const bytes = joined([Buffer.from('6000030000602200000000', 'hex'), encodeBody('0200', fields, baseCoding)]);
  const opened = openEnvelope(bytes);
  const parsed = opened.ok ? parseBody(opened.value.body, baseCoding) : opened;
  if (!parsed.ok) throw new Error(parsed.error.reason);
  const shown = traceHex(bytes, parsed.value);
  expect(shown.length).toBe(2 * bytes.length);
  for (const secret of ['6225', 'D2612', 'A1B2C3D4E5F60718', '57136225']) expect(shown).not.toContain(secret);
  expect(shown).toContain('160000000000000014');
  expect(shown).toContain('000000001250');
});
