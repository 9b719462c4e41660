import type { EndpointName, endpoints } from '@cardwatch/contracts/api';

type Table = typeof endpoints;

/** Method and path of each verb. The compiler holds every entry to the contract's table, so no schema is bundled for it. */
export const routes: { readonly [K in EndpointName]: readonly [Table[K]['method'], Table[K]['path']] } = {
  setupState: ['get', '/setup'],
  setup: ['post', '/setup'],
  signIn: ['post', '/session'],
  session: ['get', '/session'],
  signOut: ['delete', '/session'],
  changePassword: ['post', '/session/password'],
  redeemReset: ['post', '/session/reset'],
  health: ['get', '/health'],
  overview: ['get', '/overview'],
  flow: ['get', '/flow'],
  agents: ['get', '/agents'],
  agent: ['get', '/agents/:agentId'],
  devices: ['get', '/devices'],
  device: ['get', '/devices/:deviceId'],
  deviceMaintenance: ['post', '/devices/:deviceId/maintenance'],
  deviceReadings: ['get', '/devices/:deviceId/readings'],
  deviceOperations: ['get', '/devices/:deviceId/operations'],
  operateDevice: ['post', '/devices/:deviceId/operations'],
  events: ['get', '/events'],
  passFlow: ['get', '/passes/flow'],
  records: ['get', '/records'],
  revealRecord: ['post', '/records/:id/reveal'],
  gaps: ['get', '/gaps'],
  recollectGap: ['post', '/gaps/:id/recollect'],
  deadLetters: ['get', '/dead-letters'],
  users: ['get', '/users'],
  addUser: ['post', '/users'],
  disableUser: ['post', '/users/:name/disable'],
  enableUser: ['post', '/users/:name/enable'],
  unlockUser: ['post', '/users/:name/unlock'],
  resetPassword: ['post', '/users/:name/reset-password'],
  audit: ['get', '/audit'],
};
