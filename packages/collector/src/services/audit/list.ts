import type { AuditChainDto, AuditDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import { breathe } from '../../shell/breathe.ts';
import { genesisHash } from '../../store/people/audit.core.ts';
import type { AuditAsk, ChainSlice } from '../../store/people/roles.ts';
import type { PageResult } from '../../store/read/roles.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export const listAudit = ({ people }: Services, ask: AuditAsk): Promise<PageResult<AuditDto>> => people.audit(ask);

/** Rows that are looked at before others get their turn: some milliseconds. */
export const chainSliceRows = 500;

/** The whole trail from its first row on, in slices; rows that are appended meanwhile are looked at too. */
export async function checkAuditChain({
  people,
  clock,
}: Pick<Services, 'people' | 'clock'>): Promise<Result<AuditChainDto, ServiceFailure>> {
  let slice: ChainSlice = { point: { n: 0, hash: genesisHash }, looked: chainSliceRows, fault: null };
  while (slice.looked === chainSliceRows && slice.fault === null) {
    await breathe();
    slice = await people.verifySlice(slice.point, chainSliceRows);
  }
  const { point, fault } = slice;
  const broken = fault === null ? { brokenAt: null, reason: null } : { brokenAt: point.n + 1, reason: fault };
  return ok({ rows: point.n, ...broken, headHash: point.hash, checkedAt: clock.now() });
}
