import type { EventDto } from '@cardwatch/contracts/api';
import type { EventsAsk, PageResult } from '../../store/read/roles.ts';
import type { Services } from '../services.ts';

/** Passes, doors, alarms, audits, gaps, notices; a device that is not known has none. */
export const listEvents = ({ read }: Services, ask: EventsAsk): Promise<PageResult<EventDto>> => read.events(ask);
