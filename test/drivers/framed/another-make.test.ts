/** No make has code: the driver does not know a model's name, and a make that nobody thought of is read by its profile. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Session, createRegistry } from '@cardwatch/drivers';
import { drive, scriptedIo } from '@cardwatch/drivers/scripted';
import { SeededRandom, type VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type TextPos, anotherMake, restoringMake, textFrame, textPos } from './another-make.ts';

const signal = new AbortController().signal;
const address = 17;

async function open(
  pos: TextPos,
  lose: (request: Uint8Array) => boolean = () => false,
  profile: unknown = anotherMake,
): Promise<{ readonly session: Session; readonly clock: VirtualClock }> {
  const { io, clock } = scriptedIo((request, stream) => {
    const reply = pos.answer(request);
    if (reply !== undefined && !lose(request)) clock.after(5, () => stream.feed(reply));
  });
  const driver = createRegistry(new SeededRandom(1)).get('framed');
  if (driver === undefined) throw new Error('framed is registered');
  const connection = driver.connection.parse({ kind: 'framedTcp', host: 'h', port: 9, unit: address, replyTimeoutMs: 100 });
  const opened = await driver.open(connection, driver.profile.parse(profile), io);
  if (!opened.ok) throw new Error(opened.error.kind);
  return { session: opened.value, clock };
}

const sales = [{ fen: 1_250 }, { fen: 805 }, { fen: 99 }, { fen: 30_000 }, { fen: 1 }];

test('a unit that does not fit the address of the frames is told, not sent', async () => {
  const { io, clock, streams } = scriptedIo(() => {});
  const driver = createRegistry(new SeededRandom(1)).get('framed');
  const connection = { kind: 'framedTcp', host: 'h', port: 9, unit: 1_000 };
  const opened = await driver?.open(driver.connection.parse(connection), driver.profile.parse(anotherMake), io);
  if (opened?.ok !== true) throw new Error('opens');
  const live = await drive(clock, Promise.resolve(opened.value.poll?.run('live', signal)));
  expect(live).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
  expect(JSON.stringify(live)).toContain('unit 1000');
  expect(streams).toHaveLength(0);
  await opened.value.close();
});

test('the code of the driver names no model and no maker', () => {
  const folder = fileURLToPath(new URL('../../../packages/drivers/src/framed/', import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  expect(files.length).toBeGreaterThan(10);
  const naming = files.filter((file) =>
    /index-?pos|page-?pos|cardwatch\/(?!kernel|contracts)/i.test(readFileSync(folder + file, 'utf8')),
  );
  expect(naming).toEqual([]);
});

describe('a make of ASCII text, LRC and yuan', () => {
  test('tells its facts', async () => {
    const { session, clock } = await open(textPos(address, sales));
    const live = await drive(clock, session.poll?.run('live', signal) ?? Promise.reject(new Error('polls')));
    expect(live.ok && live.value.facts).toMatchObject({
      uncollected: 5,
      blacklistVersion: 20_261_453,
      parameterVersion: 31,
      deviceClock: { text: '2026-11-23 12:00:03' },
    });
    await session.close();
  });

  test('is collected in runs, confirmed by number, one confirmation a run', async () => {
    const pos = textPos(address, sales);
    const { session, clock } = await open(pos);
    const collected: (readonly [unknown, unknown])[] = [];
    for (let more = true; more; ) {
      const run = await drive(clock, session.poll?.run('records', signal) ?? Promise.reject(new Error('polls')));
      if (!run.ok) throw new Error(run.error.kind);
      collected.push(...run.value.records.map(({ recordNo, fields }) => [recordNo, fields?.['amount']] as const));
      expect(run.value.facts).toMatchObject({ totalRecords: 5, totalFen: 32_155, newestRecordNo: 5 });
      expect(await drive(clock, run.value.confirm?.(signal) ?? Promise.reject(new Error('confirms')))).toMatchObject({
        ok: true,
      });
      ({ more } = run.value);
    }
    expect(collected).toEqual(sales.map(({ fen }, index) => [index + 1, fen]));
    expect([pos.collected, pos.confirmations]).toEqual([5, 2]);
    await session.close();
  });

  test('a lost answer to the confirmation is read back and not repeated', async () => {
    const pos = textPos(address, sales.slice(0, 2));
    const confirms = (request: Uint8Array): boolean => Buffer.from(request).toString('latin1').includes('3332');
    const { session, clock } = await open(pos, confirms);
    const run = await drive(clock, session.poll?.run('records', signal) ?? Promise.reject(new Error('polls')));
    if (!run.ok) throw new Error(run.error.kind);
    expect(await drive(clock, run.value.confirm?.(signal) ?? Promise.reject(new Error('confirms')))).toMatchObject({ ok: true });
    expect([pos.collected, pos.confirmations]).toEqual([2, 1]);
    await session.close();
  });

  test('a make that can only mark records uncollected again gives them with the next run, once confirmed once more', async () => {
    const pos = textPos(address, sales);
    const { session, clock } = await open(pos, () => false, restoringMake);
    const run = async (): Promise<readonly unknown[]> => {
      const collected = await drive(clock, session.poll?.run('records', signal) ?? Promise.reject(new Error('polls')));
      if (!collected.ok) throw new Error(collected.error.kind);
      await drive(clock, Promise.resolve(collected.value.confirm?.(signal)));
      return collected.value.records.map(({ recordNo }) => recordNo);
    };
    expect([await run(), await run()]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    const again = await drive(
      clock,
      session.poll?.recollect?.({ from: 4, to: 7 }, signal) ?? Promise.reject(new Error('recollects')),
    );
    expect(again).toEqual({ ok: true, value: { records: [], overwritten: [[6, 7]] } });
    expect(pos.collected).toBe(3);
    expect([await run(), await run()]).toEqual([[4, 5], []]);
    expect(pos.collected).toBe(5);
    await session.close();
  });

  test('is read again by number, and its refusal is a refusal', async () => {
    const pos = textPos(address, sales);
    const { session, clock } = await open(pos);
    const again = await drive(
      clock,
      session.poll?.recollect?.({ from: 2, to: 4 }, signal) ?? Promise.reject(new Error('recollects')),
    );
    expect(again.ok && again.value.records.map(({ recordNo }) => recordNo)).toEqual([2, 3, 4]);
    await session.close();
    const refusing: TextPos = { ...pos, answer: () => textFrame(2, address, 0x15, [9]) };
    const other = await open(refusing);
    const refused = await drive(other.clock, other.session.poll?.run('live', signal) ?? Promise.reject(new Error('polls')));
    expect(refused).toMatchObject({ ok: false, error: { kind: 'refused', deviceCode: 9 } });
    await other.session.close();
  });
});
