import type { TrailRole } from '../../people/roles.ts';
import { ReadConnection } from '../read/connection.ts';
import { int, text } from '../read/row.ts';
import { auditDto, rowFault } from './audit.ts';

/** The trail of `people.db`, beside its writer. */
export function openSqliteTrail(file: string, mono: () => number): TrailRole & { close(): void } {
  const connection = new ReadConnection(file, mono);
  return {
    since: async (from, limit) => {
      const rows = connection.all('SELECT * FROM audit ORDER BY n DESC LIMIT ?', limit).toReversed();
      const first = rows[0];
      const intact = rows.every((row, no) => {
        const before = rows[no - 1];
        const previous = text((before ?? row)[before === undefined ? 'prev_hash' : 'hash']);
        return rowFault(row, int(first?.['n']) + no, previous) === undefined;
      });
      const last = rows.at(-1);
      const proof =
        first === undefined || last === undefined
          ? null
          : { first: int(first['n']), last: int(last['n']), headHash: text(last['hash']), intact };
      const more = rows.length === limit && int(first?.['at']) >= from;
      return { rows: rows.filter((row) => int(row['at']) >= from).map(auditDto), more, proof };
    },
    close: () => connection.close(),
  };
}
