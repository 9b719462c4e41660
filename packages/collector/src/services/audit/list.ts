import type { AuditDto } from '@cardwatch/contracts/api';
import type { AuditAsk } from '../../store/people/roles.ts';
import type { PageResult } from '../../store/read/roles.ts';
import type { Services } from '../services.ts';

export const listAudit = ({ people }: Services, ask: AuditAsk): Promise<PageResult<AuditDto>> => people.audit(ask);
