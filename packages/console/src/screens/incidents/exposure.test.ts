import { expect, test } from 'vitest';
import { exposedBy, exposedByIncident } from './exposure.core.ts';

const alarm = (incidentId: string | null, isCause: boolean, records: number, fen: number | null, estimated = false) => ({
  incidentId,
  causeId: isCause ? null : ('c' as never),
  exposure: { records, fen: fen as never, estimated, oldestAt: null },
});

test('the money behind an incident is counted at its causes alone, and unknown money stays unknown', () => {
  const alarms = [
    alarm('a', true, 3, 900),
    alarm('a', false, 3, 900),
    alarm('a', true, 2, null, true),
    alarm('b', true, 1, null),
  ];
  expect(exposedByIncident([...alarms, alarm(null, true, 9, 9)])).toEqual(
    new Map([
      ['a', { records: 5, fen: 900, estimated: true }],
      ['b', { records: 1, fen: null, estimated: false }],
    ]),
  );
  expect(exposedBy([])).toEqual({ records: 0, fen: null, estimated: false });
});
