export * from './contract.ts';
export * from './decode.ts';
export { quietGapMs, charMs, type WireSettings } from './line/wire.core.ts';
export { ModbusConnection } from './modbus/connection.ts';
export { ModbusProfile } from './modbus/model.ts';
export { type PlaceRule, placeProblem } from './gate/place.core.ts';
export { clockFromText, clockText } from './profile/clock-text.core.ts';
export { type ProfileFailure, type ProfileIssue, describeProfileFailure, parseProfile } from './profile/parse.core.ts';
export * from './profile.ts';
export {
  type AnyDriver,
  createRegistry,
  decodeProfiles,
  decoders,
  discoveryOf,
  profileSchemaOf,
  type Protocol,
  protocolNames,
  protocolOf,
} from './registry.ts';
export { loadProfile } from './shell/load-profile.ts';
