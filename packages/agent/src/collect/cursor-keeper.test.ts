import { err, ok, type Result } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { CursorFailure, CursorStore } from '../ports.ts';
import { type CursorDocument, emptyCursors } from './cursor.ts';
import { CursorKeeper } from './cursor-keeper.ts';

class SlowStore implements CursorStore {
  readonly saved: CursorDocument[] = [];
  readonly #waiting: ((result: Result<void, CursorFailure>) => void)[] = [];
  load = (): ReturnType<CursorStore['load']> => Promise.resolve(ok(emptyCursors));
  save(document: CursorDocument): Promise<Result<void, CursorFailure>> {
    this.saved.push(structuredClone(document));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  async finish(result: Result<void, CursorFailure> = ok(undefined)): Promise<void> {
    this.#waiting.shift()?.(result);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

const cursor = (lastRecordNo: number) => ({ generation: 1, lastRecordNo, gaps: [] });

describe('cursor keeper', () => {
  test('persists that overlap share one save, and each resolves only when its own cursor is durable', async () => {
    const store = new SlowStore();
    const { keeper } = await CursorKeeper.load(store);
    const done: string[] = [];
    const persist = (name: string, no: number): void => {
      keeper.put(name, cursor(no));
      keeper.persist().then(
        () => done.push(name),
        () => undefined,
      );
    };
    persist('a', 1);
    persist('b', 2);
    persist('c', 3);
    expect(store.saved.map(({ devices }) => Object.keys(devices))).toEqual([['a']]);
    await store.finish();
    expect(done).toEqual(['a']);
    expect(store.saved.map(({ devices }) => Object.keys(devices))).toEqual([['a'], ['a', 'b', 'c']]);
    await store.finish();
    expect(done).toEqual(['a', 'b', 'c']);
    persist('a', 9);
    expect(store.saved).toHaveLength(3);
  });

  test('a failed save reaches all that waited for it, and the next one is tried anew', async () => {
    const store = new SlowStore();
    const { keeper } = await CursorKeeper.load(store);
    keeper.put('a', cursor(1));
    const first = keeper.persist();
    const second = keeper.persist();
    await store.finish(err({ kind: 'io', detail: 'EIO' }));
    expect(await first).toMatchObject({ ok: false });
    await store.finish();
    expect(await second).toMatchObject({ ok: true });
  });

  test('a device is known by a cursor of ours or by a welcome, and only once that is durable', async () => {
    const store = new SlowStore();
    const { keeper } = await CursorKeeper.load(store);
    expect(keeper.knows('new')).toBe(false);
    const welcomed = keeper.welcome(['new', 'old'], [{ deviceId: 'old', generation: 2, lastRecordNo: 7 }], false);
    expect(keeper.knows('new')).toBe(false);
    await store.finish();
    expect(await welcomed).toMatchObject({ ok: true });
    expect([keeper.knows('new'), keeper.knows('old'), keeper.knows('other')]).toEqual([true, true, false]);
    expect(keeper.get('old')).toEqual({ generation: 2, lastRecordNo: 7, gaps: [] });
  });
});
