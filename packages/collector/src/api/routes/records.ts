import { listDeadLetters } from '../../services/dead-letter/list.ts';
import { listEvents } from '../../services/event/list.ts';
import { listGaps } from '../../services/gap/list.ts';
import { recollectGap } from '../../services/gap/recollect.ts';
import { listRecords } from '../../services/record/list.ts';
import { revealRecord } from '../../services/record/reveal.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const recordRoutes: Pick<Handlers, 'events' | 'records' | 'revealRecord' | 'gaps' | 'recollectGap' | 'deadLetters'> = {
  events: (services, _caller, { query }) => plain(listEvents(services, query)),
  records: (services, caller, { query }) => plain(listRecords(services, caller, query)),
  revealRecord: (services, caller, { params, body }) => plain(revealRecord(services, caller, { ...params, ...body })),
  gaps: (services, _caller, { query }) => plain(listGaps(services, query)),
  recollectGap: (services, caller, { params, body }) => plain(recollectGap(services, caller, { ...params, ...body })),
  deadLetters: (services, _caller, { query }) => plain(listDeadLetters(services, query)),
};
