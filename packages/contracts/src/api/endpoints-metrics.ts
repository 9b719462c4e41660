/** Verbs of business figures, an incident's clocks and suggestions. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import { RuleId } from '../watch/index.ts';
import type { Endpoint } from './endpoints.ts';
import * as dto from './metrics-dto.ts';
import { page, PageQuery } from './reply.ts';

const time = z.coerce.number().int().min(0);

export const metricsEndpoints = {
  businessMetrics: {
    method: 'get',
    path: '/metrics/business',
    summary:
      'Records, turnover, offline, failures and distinct cards of a device, area, merchant or campus in slots of device time, with what is normal beside them; at most 2,016 slots',
    scope: 'read',
    query: z.strictObject({
      kind: dto.BusinessKind,
      id: z.string().min(1).max(200),
      from: time.optional(),
      to: time.optional(),
      step: z.enum(['1m', '5m']).default('5m'),
    }),
    response: dto.BusinessMetricsDto,
  },
  incidentClocks: {
    method: 'get',
    path: '/incidents/:incidentId/clocks',
    summary: 'The six clocks of an incident as they stand now: elapsed, paused, due, breached',
    scope: 'watch:read',
    params: z.strictObject({ incidentId: z.uuid() }),
    response: dto.IncidentClocksDto,
  },
  openIncidentClocks: {
    method: 'get',
    path: '/incident-clocks',
    summary: 'The clocks of the incidents that are not over, newest first: one question for a whole list',
    scope: 'watch:read',
    query: PageQuery,
    response: page(dto.IncidentClocksDto),
  },
  ruleSuggestion: {
    method: 'get',
    path: '/rules/:rule/suggestion',
    summary:
      'Thresholds from what was measured in the last eight weeks (P99.5), and how often each would have fired. Changes nothing',
    scope: 'watch:read',
    params: z.strictObject({ rule: RuleId }),
    response: dto.RuleSuggestionDto,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
