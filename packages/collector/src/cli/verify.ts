import type { AuditProof } from '../store/people/roles.ts';
import type { CustodyProof } from '../store/read/proof.ts';
import { verifyCustody } from '../store/sqlite/read/verify.ts';
import type { Terminal } from '../shell/terminal.ts';
import { withExistingStore } from './open.ts';

/** `verify`: one line a check, exit code 2 when any failed. Works beside a collector that runs. */
export async function verify(data: string, terminal: Terminal): Promise<number> {
  const { audit, custody } = await withExistingStore(data, async ({ services, folder }) => ({
    audit: await services.people.verifyAudit(),
    custody: verifyCustody(folder.custody),
  }));
  const checks = [...custodyChecks(custody), auditCheck(audit)];
  for (const { ok, text } of checks) terminal.out(`${ok ? 'ok  ' : 'BAD '} ${text}`);
  return checks.every(({ ok }) => ok) ? 0 : 2;
}

interface Check {
  readonly ok: boolean;
  readonly text: string;
}

function custodyChecks({ integrity, records, storedNotBooked, bookedNotStored, flowDiffers, firstWrong }: CustodyProof): Check[] {
  const first = firstWrong.length === 0 ? '' : ` (${firstWrong.join('; ')})`;
  return [
    { ok: integrity === 'ok', text: `SQLite 完整性 integrity: ${integrity}` },
    { ok: storedNotBooked === 0, text: `流水在号段内 records inside booked ranges: ${records - storedNotBooked}/${records}` },
    { ok: bookedNotStored === 0, text: `号段都有流水 booked numbers without a record: ${bookedNotStored}${first}` },
    { ok: flowDiffers === 0, text: `分钟汇总与流水 minutes that differ from their records: ${flowDiffers}${first}` },
  ];
}

const auditCheck = (proof: AuditProof): Check =>
  proof.ok
    ? { ok: true, text: `审计链 audit chain: ${proof.rows} rows, head ${proof.headHash.slice(0, 16)}` }
    : { ok: false, text: `审计链 audit chain: broken at ${proof.brokenAt} (${proof.reason})` };
