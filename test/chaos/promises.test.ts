/** The looks after a kill or a power cut find what is missing; a look that cannot fail would prove nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { realDisk } from '@cardwatch/agent/disk';
import { hasher } from '@cardwatch/agent/hasher';
import { openJournal } from '@cardwatch/agent/journal';
import { openIngestStore } from '@cardwatch/collector/store';
import { AgentId, EpochNo } from '@cardwatch/contracts';
import { silentLogger } from '@cardwatch/kernel';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../collector/support/core.ts';
import { stillKept } from './kept.ts';
import { heldTo, Witness } from './witness.ts';

let folder: string;
let database: string;

function sql(text: string): void {
  const db = new DatabaseSync(database);
  db.exec(text);
  db.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-promises-'));
  database = join(folder, 'cardwatch.db');
  await openIngestStore(database).close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ack = (contiguousUpto: number, topic = 'cw/1/chaos/yb-a/down/ack'): Buffer => {
  const rest = { sparse: [], reject: [], credit: 4, serverTime: 0 };
  const payload = JSON.stringify({ v: 1, type: 'ack', epoch: 1, stream: 'money', contiguousUpto, ...rest });
  return generate({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false });
};

describe('what the collector told', () => {
  test('is heard however the bytes are cut, the highest of each stream is kept, other topics are not heard', () => {
    const witness = new Witness();
    const hear = witness.listen();
    for (const byte of Buffer.concat([ack(7), ack(9), ack(8), ack(99, 'cw/1/chaos/yb-a/down/command')])) hear(Buffer.of(byte));
    expect(witness.told()).toEqual([{ agent: 'yb-a', epoch: 1, stream: 'money', upto: 9 }]);
    expect(witness.acknowledgements).toBe(3);
  });

  test('a database that ends before it is found, one that does not is well', () => {
    sql("INSERT INTO accepted VALUES ('yb-a', 1, 'money', 1, 9, '', '')");
    const told = (upto: number) => [{ agent: 'yb-a', epoch: 1, stream: 'money', upto }];
    expect(heldTo(told(9), database)).toEqual({ checked: 1, problems: [] });
    expect(heldTo(told(10), database).problems).toEqual(['yb-a was told money up to 1/10, the database ends at 9']);
  });
});

describe('what an agent took over', () => {
  test('is in its journal or booked; a record that is in neither is found', async () => {
    const disk = realDisk(join(folder, 'yb-a', 'journal'));
    const journal = await openJournal({ disk, clock: realClock, hasher, log: silentLogger, agent: AgentId.parse('yb-a') });
    expect((await journal.openEpoch(EpochNo.parse(1), '00000000-0000-4000-8000-000000000001')).ok).toBe(true);
    const line = (recordNo: number): Uint8Array => Buffer.from(JSON.stringify({ deviceId: 'd1', generation: 1, recordNo }));
    expect((await journal.append('money', [line(1), line(2)])).ok).toBe(true);
    const pass = Buffer.from(JSON.stringify({ type: 'pass', deviceId: 'gate', generation: 1, eventNo: 5 }));
    expect((await journal.append('event', [pass])).ok).toBe(true);
    await journal.close();
    sql(`INSERT INTO record (device_id, generation, record_no, content_hash, agent_id, epoch, seq, kind, amount_fen, turnover_fen, card_ref, card_tail,
      observed_at, ingested_at, line) VALUES ('d1', 1, 3, '', 'yb-a', 1, 3, 'consume', 1, 1, '', '', 0, 0, x'00')`);
    const claims = [1, 2, 3, 4].map((recordNo) => ({ deviceId: 'd1', generation: 1, recordNo }));
    const passes = [5, 6].map((recordNo) => ({ deviceId: 'gate', generation: 1, recordNo }));
    expect(await stillKept([...claims, ...passes], join(folder, 'yb-a'), database)).toEqual({
      checked: 6,
      problems: ['d1#1#4 was taken over and is gone', 'gate#1#6 was taken over and is gone'],
    });
  });
});
