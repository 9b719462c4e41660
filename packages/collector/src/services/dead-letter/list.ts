import type { DeadLetterDto } from '@cardwatch/contracts/api';
import type { DeadLettersAsk, PageResult } from '../../store/read/roles.ts';
import type { Services } from '../services.ts';

export const listDeadLetters = ({ read }: Services, ask: DeadLettersAsk): Promise<PageResult<DeadLetterDto>> =>
  read.deadLetters(ask);
