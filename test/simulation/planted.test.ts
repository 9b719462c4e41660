/** The simulation finds what it is there for: bugs planted in real code. All of them: `node test/simulation/planted.ts`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { huntFor } from './hunt.ts';
import { findPlant, plants } from './plant/catalogue.ts';
import { mutate } from './plant/hook.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('planted bugs', () => {
  test('are at least twenty, each with a name of its own', () => {
    expect(plants.length).toBeGreaterThanOrEqual(20);
    expect(new Set(plants.map(({ name }) => name)).size).toBe(plants.length);
  });

  test.each(plants)('$name stands in the real source exactly once', (plant) => {
    const source = readFileSync(`${root}${plant.file}`, 'utf8');
    expect(mutate(source, plant)).not.toBe(source);
  });

  test.each([
    'ack-before-commit',
    'confirm-before-journal',
    'journal-answers-before-sync',
    'released-when-sent',
    'folder-not-synced',
  ])('%s is found', async (name) => {
    const { report } = await huntFor(findPlant(name), { seconds: 50, events: 4_000 });
    expect(report?.violations.length).toBeGreaterThan(0);
  });
});
