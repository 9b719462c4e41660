/** The health family: devices, agents, lines, areas, the collector. */
import type { AnyRule } from '../rule.core.ts';
import { agentDisk, agentStorage, backlog, deadLetters, duplicateIdentity, offlineSelling, recordGap } from './agents.core.ts';
import { collectorHealth, testAlarm } from './collector.core.ts';
import { authFailed, blacklistLag, clockDrift, identityChanged, parameterLag, storeNearlyFull } from './devices.core.ts';
import { busErrors, busMoisture } from './lines.core.ts';
import { refusals } from './refusals.core.ts';
import { agentLost, areaDegraded, campusSilent, deviceOffline, upstreamDown } from './reachability.core.ts';

export const healthRules: readonly AnyRule[] = [
  campusSilent,
  agentLost,
  upstreamDown,
  areaDegraded,
  deviceOffline,
  offlineSelling,
  backlog,
  storeNearlyFull,
  authFailed,
  identityChanged,
  busErrors,
  busMoisture,
  clockDrift,
  blacklistLag,
  parameterLag,
  agentDisk,
  agentStorage,
  duplicateIdentity,
  recordGap,
  deadLetters,
  collectorHealth,
  refusals,
  testAlarm,
];
