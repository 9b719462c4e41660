import { DeviceKind } from '@cardwatch/contracts';
import { expect, test } from 'vitest';
import { placeProblem } from './place.core.ts';

test('a gate in a bath house or a bathroom, and nothing else, breaks the rule', () => {
  const broken = DeviceKind.options.flatMap((kind) =>
    (['bathhouse', 'bathroom', 'dorm', 'canteen', 'gate', undefined] as const).flatMap((areaType) =>
      placeProblem(kind, areaType) === undefined ? [] : [`${kind} ${areaType}`],
    ),
  );
  expect(broken).toEqual(['gate bathhouse', 'gate bathroom']);
  expect(placeProblem('gate', 'bathhouse')).toBe('no-face-device-where-people-bathe');
});
