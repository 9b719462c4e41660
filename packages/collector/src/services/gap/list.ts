import type { GapDto } from '@cardwatch/contracts/api';
import type { GapsAsk, PageResult } from '../../store/read/roles.ts';
import type { Services } from '../services.ts';

export const listGaps = ({ read }: Services, ask: GapsAsk): Promise<PageResult<GapDto>> => read.gaps(ask);
