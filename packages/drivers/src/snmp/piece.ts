import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { snmpDiscovery } from './discovery.ts';
import { snmpDriver } from './driver.ts';
import { decodeWalk } from './walk-decode.core.ts';

export const snmpPiece: ProtocolPiece = {
  discovery: snmpDiscovery,
  decoders: { 'snmp-walk': () => Promise.resolve(decodeWalk) },
  driver: () => snmpDriver() as AnyDriver,
};
