import type { AuditDto } from '@cardwatch/contracts/api';
import type { PageAsk, PageResult } from '../../store/read/roles.ts';
import type { Services } from '../services.ts';

export const listAudit = ({ people }: Services, ask: PageAsk): Promise<PageResult<AuditDto>> => people.audit(ask);
