import { showBusiness } from '../../services/metrics/business.ts';
import { suggestRule } from '../../services/rule/suggestion.ts';
import { listClocks, showClocks } from '../../services/sla/clocks.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const metricsRoutes: Pick<Handlers, 'businessMetrics' | 'incidentClocks' | 'openIncidentClocks' | 'ruleSuggestion'> = {
  businessMetrics: (services, caller, { query }) => plain(showBusiness(services, caller, query)),
  incidentClocks: (services, caller, { params }) => plain(watched(services, (w) => showClocks(w, caller, params.incidentId))),
  openIncidentClocks: (services, caller, { query }) => plain(watched(services, (w) => listClocks(w, caller, query))),
  ruleSuggestion: (services, _caller, { params }) => plain(watched(services, (w) => suggestRule(w, params.rule))),
};
