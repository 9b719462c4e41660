import { describe, expect, test } from 'vitest';
import { Plan } from '../plan/plan.ts';
import { planOfScale } from '../plan/scales.core.ts';
import { behind } from './unplugged.core.ts';

const { clusters } = Plan.parse(planOfScale({ scale: 's', basePort: 20_000 }));
const kindOf = new Map(clusters.map(({ name, kind }) => [name, kind]));

describe('a switch without power takes with it', () => {
  test.each([
    ['ct01-net-01', { iso8583: 12, framed: 10, network: 1 }],
    ['dm01-net-01', { isapi: 4, zkpush: 2, dahua: 1, onvif: 1, network: 1 }],
    ['nobody', {}],
  ])('%s: what hangs on it, of every cluster', (switchId, expected) => {
    const taken: Record<string, number> = {};
    for (const { cluster } of behind(clusters, switchId)) {
      const kind = kindOf.get(cluster) ?? '';
      taken[kind] = (taken[kind] ?? 0) + 1;
    }
    expect(taken).toEqual(expected);
  });
});
