import { type Result, SeededRandom, VirtualClock, err, ok, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { DriverFailure, DriverIo, HttpReply, HttpRequest } from '../contract.ts';
import { closedDoors } from '../scripted/closed-doors.ts';
import { scriptedStart } from '../scripted/stream.ts';
import { digestHash } from '../shell/digest-hash.ts';
import { DigestClient } from './digest-client.ts';
import { DigestGuard, guardLimits } from './digest-guard.ts';

const challenge = (nonce: string, stale = false): string =>
  `Digest realm="gate", qop="auth", nonce="${nonce}", algorithm=SHA-256, stale=${stale ? 'TRUE' : 'FALSE'}`;

/** A device that says what the script says: `200`, `401 <nonce>`, `401s <nonce>` (stale), `down`, `401` (no challenge). */
function device(script: readonly string[]): {
  readonly io: DriverIo;
  readonly clock: VirtualClock;
  readonly sent: HttpRequest[];
} {
  const clock = new VirtualClock(scriptedStart);
  const sent: HttpRequest[] = [];
  const left = [...script];
  const http = (request: HttpRequest): Promise<Result<HttpReply, DriverFailure>> => {
    sent.push(request);
    const [status = 'unforeseen', nonce] = (left.shift() ?? '').split(' ');
    if (status === 'down') return Promise.resolve(err({ kind: 'unreachable', detail: 'ECONNREFUSED' }));
    const headers = nonce === undefined ? {} : { 'www-authenticate': challenge(nonce, status === '401s') };
    return Promise.resolve(ok({ status: Number.parseInt(status, 10), headers, body: new Uint8Array() }));
  };
  return { io: { ...closedDoors, clock, log: silentLogger, http }, clock, sent };
}

const request: HttpRequest = {
  method: 'GET',
  url: 'http://gate/ISAPI/System/time?format=json',
  deadlineMs: 1_000,
  bodyBytesMax: 100,
};

const client = (io: DriverIo, guard: DigestGuard, password = 'secret', lockedForMs = 0): DigestClient =>
  new DigestClient({
    io,
    hash: digestHash,
    random: new SeededRandom(1),
    guard,
    credentials: { user: 'watcher', password },
    device: 'http://gate:80',
    lockedForMs: () => lockedForMs,
  });

const outcome = (result: Result<HttpReply, DriverFailure>): string =>
  result.ok ? String(result.value.status) : result.error.kind;

describe('one login', () => {
  // script of the device                              -> outcome of each request    requests sent, logins counted
  test.each<[string, readonly string[], readonly string[], number]>([
    ['asked and answered', ['401 a', '200'], ['200'], 2],
    ['the nonce is used on', ['401 a', '200', '200', '200'], ['200', '200', '200'], 4],
    ['a stale nonce is no wrong password', ['401 a', '200', '401s b', '200'], ['200', '200'], 4],
    ['an old nonce refused without saying stale: one fresh try', ['401 a', '200', '401 b', '200'], ['200', '200'], 4],
    ['a wrong password: one login a request', ['401 a', '401 b'], ['unauthorised'], 2],
    ['two in all, then none', ['401 a', '401 b', '401 c'], ['unauthorised', 'unauthorised', 'unauthorised', 'unauthorised'], 3],
    ['stale for ever', ['401 a', '401s b', '401s c'], ['unauthorised'], 3],
    ['no challenge', ['401'], ['unauthorised'], 1],
    ['not there', ['down'], ['unreachable'], 1],
    ['no login wanted', ['200'], ['200'], 1],
    ['forbidden is not unauthorised', ['401 a', '403'], ['403'], 2],
  ])('%s', async (_, script, outcomes, requests) => {
    const { io, sent } = device(script);
    const one = client(io, new DigestGuard());
    const got: string[] = [];
    for (let round = 0; round < outcomes.length; round++) got.push(outcome(await one.request(request)));
    expect(got).toEqual(outcomes);
    expect(sent).toHaveLength(requests);
  });

  test('the count goes up with the nonce and begins anew with another; path and query are signed', async () => {
    const { io, sent } = device(['401 a', '200', '200', '401s b', '200']);
    const one = client(io, new DigestGuard());
    for (let round = 0; round < 3; round++) await one.request(request);
    const said = sent.map(({ headers }) =>
      /nonce="(\w+)".*nc=(\d+)/
        .exec(headers?.['authorization'] ?? '')
        ?.slice(1)
        .join(' '),
    );
    expect(said).toEqual([undefined, 'a 00000001', 'a 00000002', 'a 00000003', 'b 00000001']);
    expect(sent[1]?.headers?.['authorization']).toContain('uri="/ISAPI/System/time?format=json"');
    expect(new Set(sent.map(({ headers }) => /cnonce="(\w+)"/.exec(headers?.['authorization'] ?? '')?.[1])).size).toBe(5);
  });
});

describe('the account', () => {
  test('rests for all sessions of the device, and one login is tried after the pause', async () => {
    const guard = new DigestGuard();
    const { io, clock, sent } = device(['401 a', '401 b', '401 c', '401 d', '401 e', '401 f', '200']);
    const first = client(io, guard);
    await first.request(request);
    await first.request(request);
    expect(sent).toHaveLength(3);
    const second = client(io, guard);
    expect(outcome(await second.request(request))).toBe('unauthorised');
    expect(sent).toHaveLength(3);
    clock.advance(guardLimits.pauseMs - 1);
    expect(second.pausedForMs).toBe(1);
    clock.advance(1);
    expect(second.pausedForMs).toBe(0);
    await second.request(request);
    expect(sent).toHaveLength(5);
    expect(second.pausedForMs).toBe(guardLimits.pauseMs);
  });

  test('another password begins anew', async () => {
    const guard = new DigestGuard();
    const { io } = device(['401 a', '401 b', '401 c', '401 d', '200']);
    const wrong = client(io, guard, 'wrong');
    await wrong.request(request);
    await wrong.request(request);
    expect(wrong.pausedForMs).toBeGreaterThan(0);
    expect(outcome(await client(io, guard, 'right').request(request))).toBe('200');
  });

  test('an account that the device says is locked rests at once, and as long as it says', async () => {
    const guard = new DigestGuard();
    const { io } = device(['401 a', '401 b']);
    const one = client(io, guard, 'secret', 3 * 3_600_000);
    expect(outcome(await one.request(request))).toBe('unauthorised');
    expect(one.pausedForMs).toBe(3 * 3_600_000);
  });

  test('two requests at once: the second waits for the first, so that wrong passwords are counted', async () => {
    const { io, sent } = device(['401 a', '401 b', '401 c', '200']);
    const one = client(io, new DigestGuard());
    const got = await Promise.all([one.request(request), one.request(request), one.request(request)]);
    expect(got.map(outcome)).toEqual(['unauthorised', 'unauthorised', 'unauthorised']);
    expect(sent).toHaveLength(3);
  });

  test('no more accounts than the limit are remembered, the oldest go first', () => {
    const guard = new DigestGuard();
    for (let account = 0; account < guardLimits.accounts + 1; account++) guard.failed(String(account), 1, 0);
    expect(guard.pausedForMs('0', 0)).toBe(0);
    expect(guard.pausedForMs('1', 0)).toBe(guardLimits.pauseMs);
  });
});
