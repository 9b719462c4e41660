/**
 * I11 and I12 of what ingest refuses: it stands in the chain of the real trail, which is held against tampering at the end of a run. The trail is on a disk of its
 * own and outlives the collector.
 */
import type { IngestAudit } from '@cardwatch/collector/ingest';
import { pick, type SeededRandom } from '@cardwatch/kernel';
import { appendRow, verifyRows } from '../../../packages/collector/src/store/sqlite/people/audit.ts';
import { openPeopleFile, transaction } from '../../../packages/collector/src/store/sqlite/people/file.ts';
import type { Violations } from './violation.ts';

/** What somebody with the file in his hands would do; each leaves a chain that must not verify, or one that is shorter than what was promised. */
const tamperings = {
  'a row deleted': 'DELETE FROM audit WHERE n = 2',
  'a row edited': "UPDATE audit SET result = 'allowed' WHERE n = 2",
  'two rows exchanged':
    'UPDATE audit SET n = -1 WHERE n = 2; UPDATE audit SET n = 2 WHERE n = 3; UPDATE audit SET n = 3 WHERE n = -1',
  'the last row cut off': 'DELETE FROM audit WHERE n = (SELECT max(n) FROM audit)',
} as const;
const tamperingNames = Object.keys(tamperings) as (keyof typeof tamperings)[];

export class AuditWatch {
  readonly #db = openPeopleFile(':memory:');
  #rows = 0;
  /** Agents of which the collector told that two machines speak in their name. */
  readonly doubled = new Set<string>();

  /** Rows that were promised. */
  get rows(): number {
    return this.#rows;
  }

  append({ agent, action, reason }: IngestAudit, at: number): void {
    const entry = { at, actor: agent, ip: '-', action, object: agent, result: 'refused', detail: reason };
    transaction(this.#db, () => appendRow(this.#db, entry));
    this.#rows++;
    if (action === 'duplicateIdentity' || action === 'forkedStream') this.doubled.add(agent);
  }

  /** Returns how many rows were verified. */
  judge(violations: Violations, random: SeededRandom): number {
    const proof = verifyRows(this.#db);
    if (!proof.ok) violations.add('I12', `the audit chain breaks at row ${proof.brokenAt}: ${proof.reason}`);
    else if (proof.rows !== this.#rows) violations.add('I12', `${this.#rows} audit rows promised, ${proof.rows} there`);
    else if (proof.rows > 3) this.#tamper(violations, pick(random, tamperingNames));
    return proof.rows;
  }

  close(): void {
    this.#db.close();
  }

  #tamper(violations: Violations, how: keyof typeof tamperings): void {
    this.#db.exec('SAVEPOINT tampered; DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete');
    this.#db.exec(tamperings[how]);
    const proof = verifyRows(this.#db);
    this.#db.exec('ROLLBACK TO tampered; RELEASE tampered');
    if (proof.ok && proof.rows === this.#rows) violations.add('I12', `${how}, and the audit chain verifies`);
  }
}
