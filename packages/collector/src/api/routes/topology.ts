import { decideSuggestion, listSuggestions, showTopology } from '../../services/topology/list.ts';
import { applyRegister, exportRegister, previewRegister } from '../../services/topology/register.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const topologyRoutes: Pick<
  Handlers,
  'topology' | 'suggestions' | 'decideSuggestion' | 'exportRegister' | 'previewRegister' | 'applyRegister'
> = {
  topology: (services) => plain(watched(services, showTopology)),
  suggestions: (services, _caller, { query }) => plain(watched(services, (w) => listSuggestions(w, query))),
  decideSuggestion: (services, caller, { params, body }) =>
    plain(watched(services, (w) => decideSuggestion(w, caller, { ...params, ...body }))),
  exportRegister: (services) => plain(watched(services, exportRegister)),
  previewRegister: (services, _caller, { body }) => plain(watched(services, (w) => previewRegister(w, body.csv))),
  applyRegister: (services, caller, { body }) => plain(watched(services, (w) => applyRegister(w, caller, body))),
};
