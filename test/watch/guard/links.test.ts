/** The page behind the link of a message, over real HTTP, real keys and a real file of the watch. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourMs, type Logger } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkAddressLimits, linkTokenLimits } from '../../../packages/collector/src/services/alarm/link-rate.core.ts';
import { emptyBook } from '../../../packages/collector/src/core/alarm/book.core.ts';
import type { Act } from '../../../packages/collector/src/core/watch/act.core.ts';
import { linkLimits } from '../../../packages/collector/src/core/notify/link-ring.core.ts';
import { acknowledgeByLink, linkOf } from '../../../packages/collector/src/runner/acts/links.ts';
import { linkKeys, linkKeysFileOf, linkReader } from '../../../packages/collector/src/shell/watch-key.ts';
import { type Answer, call, type House, openHouse } from '../../api/harness.ts';
import { alarmRow, noticeRow, uuid } from '../store/rows.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
  const { store } = house.watch;
  const alarms = [11, 12, 13].map((n) => alarmRow(n, { raisedAt: Date.UTC(2026, 10, 23, 4, 5) }));
  alarms.push(alarmRow(14, { owner: 'wang.wu', handling: 'assigned' }));
  await store.commit({ alarms, notices: [11, 12, 13].map((n) => noticeRow(n, { state: 'sent', sentAt: 1 })) });
  const perform = async (asked: Act): ReturnType<typeof house.watch.desk.act> => {
    if (asked.kind !== 'acknowledgeByLink') throw new Error(asked.kind);
    const now = house.serving.services.clock.now();
    const ground = { book: emptyBook(now), store, settings: await store.settings(), links: linkReader(house.folder) };
    const worked = await acknowledgeByLink(ground, asked, now);
    if (worked.ok) await store.commit(worked.value.change ?? {});
    return worked.ok ? { ok: true, value: worked.value.done } : worked;
  };
  // one after the other, as the watch takes its acts
  let turns: Promise<unknown> = Promise.resolve();
  const act = (asked: Act): ReturnType<typeof perform> => {
    const turn = turns.then(() => perform(asked));
    turns = turn;
    return turn;
  };
  Object.assign(house.watch.desk, { act });
});
afterEach(() => house.close());

/** Path of a link as it stands in a message that goes out now. */
function linkTo(n: number): string {
  const parts = { keys: linkKeys(house.folder), publicUrl: 'https://watch.example.edu.cn/' };
  const link = linkOf(parts, { notice: noticeRow(n), alarmId: uuid(n) }, house.serving.services.clock.now());
  if (link === null) throw new Error('no link');
  return new URL(link).pathname;
}
/** As phones do: no origin to speak of, no session. */
async function ask(path: string, method: 'GET' | 'HEAD' | 'POST' = 'GET', language = 'zh'): Promise<Answer> {
  const headers: Record<string, string> = { 'accept-language': language, origin: method === 'POST' ? 'null' : '' };
  const form = method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  return call(house, path, { method, headers: { ...headers, ...form } });
}
const press = (token: string): Promise<Answer> =>
  call(house, '/api/v1/acknowledgements', {
    method: 'POST',
    body: { token },
  });
/** Result and detail of what the trail says of links, oldest first. */
async function trail(): Promise<readonly string[]> {
  const page = await house.serving.services.people.audit({ limit: 100 });
  if (!page.ok) throw new Error(page.error.kind);
  const rows = page.value.items.filter(({ action }) => action === 'watch.acknowledgeByLink');
  return rows.map(({ result, detail }) => `${result} ${detail}`).toReversed();
}
const handlingOf = async (n: number): Promise<unknown> => {
  const alarm = await house.watch.store.alarm(uuid(n));
  return [alarm?.handling, alarm?.owner];
};

describe('a link', () => {
  test('shows its alarm however often it is opened, and opening takes nothing', async () => {
    const path = linkTo(11);
    const answers = [await ask(path), await ask(path, 'HEAD'), await ask(path, 'GET', 'en')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers[0]?.text).toContain('确认此预警');
    expect(answers[0]?.text).toContain('2026-11-23 12:05');
    expect(answers[2]?.text).toContain('Acknowledge this alarm');
    expect((await ask(linkTo(14))).text).not.toMatch(/wang\.wu|李工/);
    expect(answers[0]?.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(answers[0]?.headers.get('cache-control')).toBe('no-store');
    expect(await handlingOf(11)).toEqual(['new', null]);
  });

  test('acknowledges once, in the name of its recipient, and keeps the proof', async () => {
    const path = linkTo(11);
    const pressed = await ask(path, 'POST');
    expect([pressed.status, await handlingOf(11)]).toEqual([200, ['acknowledged', 'li']]);
    expect(pressed.text).toContain('已确认');
    const again = [await ask(path, 'POST'), await ask(path), await ask(linkTo(11), 'POST')];
    expect(again.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(again[0]?.text).toContain('确认链接已用过');
    const notices = await house.watch.store.notices({ noticeId: noticeRow(11).noticeId, limit: 10 });
    expect(notices.ok && notices.value.items.map(({ state, acknowledgedBy }) => [state, acknowledgedBy])).toEqual([
      ['acknowledged', 'li'],
    ]);
    const history = await house.watch.store.history(uuid(11));
    expect(history.filter(({ what }) => what === 'acknowledge').map(({ by }) => by)).toEqual(['li']);
  });

  test('two presses at once: one takes it', async () => {
    const path = linkTo(12);
    const statuses = (await Promise.all([ask(path, 'POST'), ask(path, 'POST')])).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 403]);
  });

  test('that is forged, changed or of no key of ours takes nothing and is not written down', async () => {
    const path = linkTo(13);
    const before = house.logged.length;
    const forged = [`${path}x`, path.replace('~li~', '~wang~'), '/a/abc', `/a/${'x'.repeat(500)}`, path.replace('a1~', 'a1~f')];
    for (const each of forged) expect([(await ask(each, 'POST')).status, (await ask(each)).status]).toEqual([403, 403]);
    expect(await handlingOf(13)).toEqual(['new', null]);
    expect(house.logged.slice(before).join('\n')).not.toContain(path.slice(-20));
  });

  test('runs out', async () => {
    const path = linkTo(13);
    house.pass(linkLimits.lifeMs + hourMs);
    const late = await ask(path, 'POST', 'en');
    expect([late.status, await handlingOf(13)]).toEqual([403, ['new', null]]);
    expect(late.text).toContain('This link has run out');
  });

  test('is answered more slowly to whoever asks too often, by page and API together; counted, and written down once a minute', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < linkAddressLimits.burst; n++) statuses.push((await ask(`/a/abc-${n}`)).status);
    expect(new Set(statuses)).toEqual(new Set([403]));
    const last = await ask('/a/abc', 'GET', 'en');
    expect([last.status, Number(last.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(last.text).toContain('Too many attempts');
    expect((await ask('/a/abc')).text).toContain('尝试次数过多');
    const byApi = await press('b'.repeat(64));
    expect([byApi.status, Number(byApi.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(house.serving.services.linkDoor.refused).toEqual({ address: 3, token: 0 });
    expect(await trail()).toEqual(['tooOften {"by":"address"}']);
  });

  test('is tried so often and no more, from wherever', async () => {
    const { linkDoor } = house.serving.services;
    const token = linkTo(13).slice('/a/'.length);
    const waits = Array.from({ length: linkTokenLimits.burst }, (_, n) => linkDoor.knock({ ip: `10.0.0.${n}`, token }));
    expect(new Set(waits)).toEqual(new Set([null]));
    expect((await press(token)).status).toBe(429);
    expect((await press(linkTo(12).slice('/a/'.length))).status).toBe(200);
    expect([linkDoor.refused, await handlingOf(13)]).toEqual([{ address: 0, token: 1 }, ['new', null]]);
    expect((await trail()).filter((row) => row.startsWith('tooOften'))).toEqual(['tooOften {"by":"token"}']);
  });

  test('that does not hold is not in the trail, also by the API', async () => {
    expect([(await press('b'.repeat(64))).status, await trail()]).toEqual([403, []]);
  });
});

test.each(['cleared', 'digest', 'test'] as const)('a message of reason %s has no link', (reason) => {
  const parts = { keys: linkKeys(house.folder), publicUrl: 'https://watch.example.edu.cn' };
  const now = house.serving.services.clock.now();
  expect(linkOf(parts, { notice: noticeRow(1, { reason }), alarmId: uuid(1) }, now)).toBeNull();
  expect(linkOf({ ...parts, publicUrl: undefined }, { notice: noticeRow(1), alarmId: uuid(1) }, now)).toBeNull();
});

test('without a key that may be trusted a message goes out without a link, and the log says why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-links-'));
  writeFileSync(linkKeysFileOf(folder), '{', { mode: 0o600 });
  const logged: string[] = [];
  const log: Logger = {
    log: (level, event, fields) => void logged.push(`${level} ${event} ${fields?.['problem']}`),
    child: () => log,
  };
  const parts = { keys: linkKeys(folder), publicUrl: 'https://watch.example.edu.cn', log };
  expect(linkOf(parts, { notice: noticeRow(1), alarmId: uuid(1) }, house.serving.services.clock.now())).toBeNull();
  expect(logged).toEqual(['warn watch.links damaged']);
  rmSync(folder, { recursive: true });
});
