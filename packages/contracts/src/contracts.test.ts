import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AgentId,
  type BatchHead,
  batchLimits,
  encodeBatch,
  parseTopic,
  SiteId,
  splitBatch,
  turnoverFen,
  upKinds,
  upTopic,
} from './index.ts';

const zero = '0'.repeat(64);
const head = (firstSeq: number, lastSeq: number): BatchHead =>
  ({
    v: 1,
    agent: 'yb-1',
    epoch: 1,
    stream: 'money',
    firstSeq,
    lastSeq,
    instance: '0'.repeat(32),
    prevHash: zero,
    endHash: zero,
    lane: 'live',
  }) as BatchHead;
const text = new TextEncoder();

describe('batch', () => {
  test('comes back byte for byte, however long its lines are', () => {
    fc.assert(
      fc.property(fc.array(fc.json({ maxDepth: 2 }), { minLength: 1, maxLength: 40 }), (jsons) => {
        const lines = jsons.map((json) => text.encode(json));
        const split = splitBatch(encodeBatch(head(5, 4 + lines.length), lines));
        expect(split.ok && split.value.lines).toEqual(lines);
      }),
    );
  });

  test.each([
    ['a line too few', encodeBatch(head(1, 3), [text.encode('{}')]), 'lineCount'],
    [
      'more records than the limit',
      encodeBatch(head(1, batchLimits.records + 1), Array(batchLimits.records + 1).fill(text.encode('{}'))),
      'lineCount',
    ],
    ['backward numbers', encodeBatch(head(3, 1), []), 'head'],
    ['no head', text.encode('{'), 'head'],
    ['a head of another kind', text.encode('{"v":2}\n'), 'head'],
    ['a body over the limit', new Uint8Array(batchLimits.bodyBytes + 1), 'tooLarge'],
    ['a line over the limit', encodeBatch(head(1, 1), [new Uint8Array(batchLimits.lineBytes + 1).fill(32)]), 'lineTooLong'],
  ])('refuses %s', (_what, body, kind) => {
    const split = splitBatch(body);
    expect(split.ok ? 'accepted' : split.error.kind).toBe(kind);
  });

  test('takes the limit itself', () => {
    const lines = Array(batchLimits.records).fill(text.encode('{}'));
    expect(splitBatch(encodeBatch(head(1, batchLimits.records), lines)).ok).toBe(true);
  });
});

describe('topics', () => {
  const address = { site: SiteId.parse('demo'), agent: AgentId.parse('yb-1') };

  test('are read as they are written', () => {
    for (const kind of upKinds)
      expect(parseTopic(upTopic(address, kind))).toEqual({ ok: true, value: { way: 'up', address, kind } });
  });

  test.each([
    '',
    'cw/1/demo/yb-1/up',
    'cw/1/demo/yb-1/up/money/x',
    'cw/2/demo/yb-1/up/money',
    'cw/1/+/yb-1/up/money',
    'cw/1/demo/YB/up/money',
    '$SYS/x',
  ])('refuses %j', (topic) => {
    expect(parseTopic(topic).ok).toBe(false);
  });
});

test('a shower that holds twice and releases counts what was used', () => {
  const turnover = turnoverFen('waterHold', 60) + turnoverFen('waterContinue', 60) + turnoverFen('waterRelease', 25);
  expect(turnover).toBe(95);
});
