import { SeededRandom } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { handOn, type MapChange } from './handed-on.core.ts';

test.each([1, 2, 3])('every version reads as a copy of the map would, the latest in the same order (seed %i)', (seed) => {
  const random = new SeededRandom(seed);
  const below = (of: number): number => Math.floor(random.next() * of);
  let copy: ReadonlyMap<string, string> = new Map([['k0', 'a']]);
  let handed = copy;
  const versions: { readonly handed: typeof handed; readonly copy: typeof copy }[] = [{ handed, copy }];
  let read = 0;
  for (let step = 0; step < 300; step++) {
    const next = new Map(copy);
    const changes = Array.from({ length: below(4) }, (): MapChange<string, string> => {
      const key = `k${below(12)}`;
      const value = below(3) === 0 ? null : `${step}`;
      if (value === null) next.delete(key);
      else next.set(key, value);
      return [key, value];
    });
    [handed, copy] = [handOn(handed, changes), next];
    expect([...handed]).toEqual([...copy]);
    versions.push({ handed, copy });
    // now and then an older one is gone on from, as if the newer had never been
    const older = versions[below(versions.length)];
    if (below(10) !== 0 || older === undefined) continue;
    expect(new Map(older.handed)).toEqual(new Map(older.copy));
    expect([older.handed.size, older.handed.has('k0'), older.handed.get('k1')]).toEqual([
      older.copy.size,
      older.copy.has('k0'),
      older.copy.get('k1'),
    ]);
    handed = handOn(older.handed, []);
    copy = new Map(handed);
    read++;
  }
  for (const { handed: one, copy: other } of versions) expect(new Map(one)).toEqual(new Map(other));
  expect(read).toBeGreaterThan(10);
});

test('without a change it is the same map', () => {
  const map = new Map([['a', 'b']]);
  expect(handOn(map, [])).toBe(map);
  expect(handOn(map, [['a', null]]).size).toBe(0);
  expect(map.size).toBe(1);
});
