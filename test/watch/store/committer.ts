/** Commits until it is killed; says each number after its commit was answered. */
import { writeSync } from 'node:fs';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import { alarmRow, noticeRow } from './rows.ts';

const [file = ''] = process.argv.slice(2);
const store = openSqliteWatch(file);
for (let n = 1; ; n++) {
  const alarms = Array.from({ length: 20 }, (_, i) => alarmRow(n * 20 + i));
  await store.commit({ cursors: { outbox: n, record: n, event: n }, alarms, notices: [noticeRow(n * 20)] });
  writeSync(1, `${n}\n`);
}
