import { ok } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { checkCollector } from './check.ts';

const bytes = (body: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(body));
const health = (...causes: string[]): unknown => ({ status: causes.length > 0 ? 'degraded' : 'ok', causes, version: '9' });

test.each([
  // answer, its own word counts -> why
  [health(), true, null],
  [health('agentLost'), false, null],
  [health('agentLost', 'shed'), true, 'degraded agentLost, shed'],
  // nobody is told of anything while its watch stands still: that counts whatever else is asked
  [health('agentLost', 'watchStill'), false, 'watchStill '],
  [health('watchStill'), true, 'watchStill '],
  [health('shed', 'watchBehind'), false, 'watchBehind '],
  [{ other: 1 }, false, 'notUnderstood '],
])('%o (degraded counts: %s) is %s', async (answer, degraded, wanted) => {
  const http = async () => ok({ status: 200, headers: {}, body: bytes(answer) });
  const target = { url: 'http://127.0.0.1/', ca: undefined, token: 't', timeoutMs: 100, degraded };
  const why = await checkCollector(target, http as never, new AbortController().signal);
  expect(why === null ? null : `${why.code} ${why.detail}`).toBe(wanted);
});
