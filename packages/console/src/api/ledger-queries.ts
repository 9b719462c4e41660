import type { Ask } from './ask.ts';
import { pageLimits } from './keys.ts';

interface Between {
  readonly from: number;
  readonly to: number;
}

const auditRows = 100;
const alarmRows = 100;

/** What the page of a device asks for beside the lists. */
export const ledgerQueries = ({ single, paged }: Ask) => ({
  deviceStates: (deviceId: string, between: Between) =>
    single(['deviceStates', deviceId, between], 'availability', { query: { deviceId, ...between } }),
  deviceWindows: () => single(['deviceWindows'], 'windows', { query: {} }),
  deviceRegistered: (deviceId: string) => single(['deviceRegistered', deviceId], 'registeredDevice', { params: { deviceId } }),
  deviceAlarms: (deviceId: string, between: Partial<Between>) =>
    paged(['deviceAlarms', deviceId, between], 'alarms', (cursor) => ({
      query: { subject: deviceId, ...between, ...cursor, limit: alarmRows },
    })),
  deviceAudit: (deviceId: string) =>
    paged(['deviceAudit', deviceId], 'audit', (cursor) => ({ query: { object: deviceId, ...cursor, limit: auditRows } })),
  /** Devices of the same model, to hold versions against. */
  devicesOfAgent: (agentId: string) =>
    paged(['devicesOfAgent', agentId], 'devices', (cursor) => ({ query: { agentId, ...cursor, limit: pageLimits.devices } })),
  /** The course of a point in a time that is over: live readings do not touch it. */
  historyBetween: (deviceId: string, point: string, between: Between) =>
    single(['historyBetween', deviceId, point, between], 'deviceReadings', {
      params: { deviceId },
      query: { point, ...between, limit: pageLimits.history },
    }),
});
