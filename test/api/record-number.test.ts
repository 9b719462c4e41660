import type { RecordDto } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPerson, call, type House, openHouse, signIn } from './harness.ts';

let house: House;
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  house = await openHouse();
  // what ingest keeps beside the records
  house.seeded.db.exec(
    'INSERT OR IGNORE INTO booked SELECT device_id, generation, min(record_no), max(record_no) FROM record GROUP BY device_id, generation',
  );
  await addPerson(house, 'zhang', 'duty');
  headers = (await signIn(house, 'zhang')).headers;
});
afterAll(() => house.close());

const records = async (query: string): Promise<readonly RecordDto[]> => {
  const answer = await call(house, `/api/v1/records?limit=200&${query}`, { headers });
  expect(answer.status).toBe(200);
  return (answer.json as { items: RecordDto[] }).items;
};

test('a number finds the record of every terminal that has one, and nothing else', async () => {
  const [newest] = await records('');
  const recordNo = newest?.recordNo ?? 0;
  const all = (await records('')).filter((record) => record.recordNo === recordNo).map(({ id }) => id);
  const some = await records(`recordNo=${recordNo}`);
  expect(new Set(some.map((record) => record.recordNo))).toEqual(new Set([recordNo]));
  expect(some.map(({ id }) => id)).toEqual(expect.arrayContaining(all));
  expect(await records(`recordNo=${recordNo}&deviceId=${newest?.deviceId ?? ''}`)).toMatchObject([{ id: newest?.id }]);
  expect(await records('recordNo=4000000000')).toEqual([]);
});
