import { showBusiness } from '../../services/metrics/business.ts';
import { suggestRule } from '../../services/rule/suggestion.ts';
import { showClocks } from '../../services/sla/clocks.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const metricsRoutes: Pick<Handlers, 'businessMetrics' | 'incidentClocks' | 'ruleSuggestion'> = {
  businessMetrics: (services, caller, { query }) => plain(showBusiness(services, caller, query)),
  incidentClocks: (services, _caller, { params }) => plain(watched(services, (w) => showClocks(w, params.incidentId))),
  ruleSuggestion: (services, _caller, { params }) => plain(watched(services, (w) => suggestRule(w, params.rule))),
};
