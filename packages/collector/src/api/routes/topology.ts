import { bindMerchant, decideSuggestion, editRegistered, endMerchant } from '../../services/topology/edit.ts';
import {
  exportRegister,
  importRegister,
  listImports,
  previewRegister,
  rollbackRegister,
  showImport,
} from '../../services/topology/import.ts';
import { listMerchants, listPlaces, listSuggestions, showRegistered, showTopology } from '../../services/topology/list.ts';
import { watched } from '../../services/watch-desk.ts';
import { asFile, plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const topologyRoutes: Pick<
  Handlers,
  | 'topology'
  | 'suggestions'
  | 'decideSuggestion'
  | 'places'
  | 'registeredDevice'
  | 'editRegistered'
  | 'merchants'
  | 'bindMerchant'
  | 'endMerchant'
  | 'previewRegister'
  | 'importRegister'
  | 'registerImports'
  | 'registerImport'
  | 'rollbackRegister'
  | 'exportRegister'
> = {
  topology: (services, caller) => plain(watched(services, (w) => showTopology(w, caller))),
  suggestions: (services, caller, { query }) => plain(watched(services, (w) => listSuggestions(w, caller, query))),
  decideSuggestion: (services, caller, { params, body }) =>
    plain(watched(services, (w) => decideSuggestion(w, caller, { ...params, ...body }))),
  places: (services, caller) => plain(watched(services, (w) => listPlaces(w, caller))),
  registeredDevice: (services, caller, { params }) => plain(watched(services, (w) => showRegistered(w, caller, params.deviceId))),
  editRegistered: (services, caller, { params, body }) =>
    plain(watched(services, (w) => editRegistered(w, caller, { ...params, ...body }))),
  merchants: (services, caller, { query }) => plain(watched(services, (w) => listMerchants(w, caller, query))),
  bindMerchant: (services, caller, { body }) => plain(watched(services, (w) => bindMerchant(w, caller, body))),
  endMerchant: (services, caller, { body }) => plain(watched(services, (w) => endMerchant(w, caller, body))),
  previewRegister: (services, caller, { upload }) => plain(watched(services, (w) => previewRegister(w, caller, upload))),
  importRegister: (services, caller, { body }) => plain(watched(services, (w) => importRegister(w, caller, body))),
  registerImports: (services, _caller, { query }) => plain(watched(services, (w) => listImports(w, query))),
  registerImport: (services, caller, { params }) => plain(watched(services, (w) => showImport(w, caller, params.importId))),
  rollbackRegister: (services, caller, { params, body }) =>
    plain(watched(services, (w) => rollbackRegister(w, caller, { ...params, ...body }))),
  exportRegister: (services, caller, { query }) => asFile(watched(services, (w) => exportRegister(w, caller, query))),
};
