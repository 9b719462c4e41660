import type { Handlers } from '../types.ts';
import { alarmRoutes, windowRoutes } from './alarms.ts';
import { deviceRoutes } from './devices.ts';
import { dutyRoutes } from './duty.ts';
import { incidentRoutes } from './incidents.ts';
import { mapRoutes } from './maps.ts';
import { metricsRoutes } from './metrics.ts';
import { noticeRoutes } from './notices.ts';
import { peopleRoutes } from './people.ts';
import { recordRoutes } from './records.ts';
import { ruleRoutes } from './rules.ts';
import { sessionRoutes } from './session.ts';
import { termsRoutes } from './terms.ts';
import { topologyRoutes } from './topology.ts';
import { wallRoutes } from './wall.ts';
import { watchRoutes } from './watch.ts';

export const handlers: Handlers = {
  ...sessionRoutes,
  ...watchRoutes,
  ...deviceRoutes,
  ...recordRoutes,
  ...peopleRoutes,
  ...alarmRoutes,
  ...windowRoutes,
  ...ruleRoutes,
  ...noticeRoutes,
  ...dutyRoutes,
  ...incidentRoutes,
  ...metricsRoutes,
  ...termsRoutes,
  ...topologyRoutes,
  ...mapRoutes,
  ...wallRoutes,
};
