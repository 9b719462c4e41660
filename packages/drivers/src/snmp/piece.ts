import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { snmpLinks } from './connection.ts';
import { snmpDiscovery } from './discovery.ts';
import { snmpDriver } from './driver.ts';
import { SnmpProfile } from './model.ts';
import { decodeWalk } from './walk-decode.core.ts';

export const snmpPiece: ProtocolPiece = {
  profile: SnmpProfile,
  links: snmpLinks,
  discovery: snmpDiscovery,
  decoders: { 'snmp-walk': () => Promise.resolve(decodeWalk) },
  driver: () => snmpDriver() as AnyDriver,
};
