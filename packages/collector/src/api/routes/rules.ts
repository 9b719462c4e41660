import { listRules, listRuleVersions } from '../../services/rule/list.ts';
import { replayRule, rollbackRule, saveRule } from '../../services/rule/save.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const ruleRoutes: Pick<Handlers, 'rules' | 'ruleVersions' | 'saveRule' | 'rollbackRule' | 'replayRule'> = {
  rules: (services) => plain(watched(services, listRules)),
  ruleVersions: (services, _caller, { params }) => plain(watched(services, (w) => listRuleVersions(w, params.rule))),
  saveRule: (services, caller, { params, body }) => plain(watched(services, (w) => saveRule(w, caller, { ...params, ...body }))),
  rollbackRule: (services, caller, { params, body }) =>
    plain(watched(services, (w) => rollbackRule(w, caller, { ...params, ...body }))),
  replayRule: (services, _caller, { params, body }) => plain(watched(services, (w) => replayRule(w, { ...params, ...body }))),
};
