import type { Handlers } from '../types.ts';
import { deviceRoutes } from './devices.ts';
import { peopleRoutes } from './people.ts';
import { recordRoutes } from './records.ts';
import { sessionRoutes } from './session.ts';
import { watchRoutes } from './watch.ts';

export const handlers: Handlers = { ...sessionRoutes, ...watchRoutes, ...deviceRoutes, ...recordRoutes, ...peopleRoutes };
