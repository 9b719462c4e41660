/**
 * All protocols. What a configuration is judged by is there at once; a protocol's code is imported with its first device, and a heavy library when a driver
 * opens its first device. Adding a protocol is one entry here.
 */
import type { Random } from '@cardwatch/kernel';
import type { z } from 'zod';
import { Cjt188Connection, cjt188Links } from './cjt188/connection.ts';
import { Cjt188Profile } from './cjt188/model.ts';
import type { Discovery, Driver, LinkShape } from './contract.ts';
import { DahuaConnection, dahuaLinks, lineKey as dahuaLine } from './dahua/connection.ts';
import { DahuaProfile } from './dahua/model.ts';
import type { Decoder } from './decode.ts';
import { Dlt645Connection, dlt645Links } from './dlt645/connection.ts';
import { Dlt645Profile } from './dlt645/model.ts';
import { FramedConnection, framedLinks, lineKey as framedLine } from './framed/connection.ts';
import { FramedProfile } from './framed/model.ts';
import { IsapiConnection, isapiLinks, lineKey as isapiLine } from './isapi/connection.ts';
import { IsapiProfile } from './isapi/model.ts';
import { Iso8583Connection, iso8583Links, lineKey as iso8583Line } from './iso8583/connection.ts';
import { Iso8583Profile } from './iso8583/model.ts';
import { LinePool } from './line/pool.ts';
import { wireLineKey } from './line/wire-links.ts';
import { ModbusConnection, lineKey as modbusLine, modbusLinks } from './modbus/connection.ts';
import { ModbusProfile } from './modbus/model.ts';
import { OnvifConnection, lineKey as onvifLine, onvifLinks } from './onvif/connection.ts';
import { OnvifProfile } from './onvif/model.ts';
import { PingConnection, lineKey as pingLine, pingLinks } from './ping/connection.ts';
import { PingProfile } from './ping/model.ts';
import type { CommonProfile } from './profile.ts';
import { SnmpConnection, lineKey as snmpLine, snmpLinks } from './snmp/connection.ts';
import { SnmpProfile } from './snmp/model.ts';
import { ZkConnection, lineKey as zkLine, zkLinks } from './zkpush/connection.ts';
import { ZkProfile } from './zkpush/model.ts';

/**
 * A driver whose connection and profile types are known to itself alone. What is handed to `lineKey` and `open` must have come out
 * of this driver's own `connection` and `profile` schemas.
 */
export type AnyDriver = Driver<unknown, CommonProfile>;

/** What the drivers of one program share. `random` jitters re-opening; `lines` lets two protocols live on one wire. */
export interface DriverParts {
  readonly lines: LinePool;
  readonly random: Random;
}

/** The code of a protocol. */
export interface ProtocolPiece {
  readonly discovery?: Discovery;
  /** By the name that `decode --protocol` takes. */
  readonly decoders: Readonly<Record<string, () => Promise<Decoder>>>;
  driver(parts: DriverParts): AnyDriver;
}

/** What is known of a protocol without its code. */
export interface Protocol {
  readonly profile: z.ZodType<CommonProfile>;
  readonly connection: z.ZodType;
  /** Link kinds that the protocol is spoken over. Kinds that several protocols share have one and the same `link` schema. */
  readonly links: Readonly<Record<string, LinkShape>>;
  readonly lineKey: AnyDriver['lineKey'];
  /** Names that `decode --protocol` takes. */
  readonly decodes: readonly string[];
  /** Profile that `decode` goes by when none is named: what a code means differs by model. */
  readonly decodeProfile?: string;
  /** Devices can be searched for. */
  readonly searches?: true;
  readonly load: () => Promise<ProtocolPiece>;
}

/** Ties the types of one protocol together, and forgets them. */
const protocol = <C, P extends CommonProfile>(
  known: Omit<Protocol, 'profile' | 'connection' | 'lineKey'> & {
    readonly profile: z.ZodType<P>;
    readonly connection: z.ZodType<C>;
    readonly lineKey: (connection: C) => string;
  },
): Protocol => known as unknown as Protocol;

const protocols: Readonly<Record<string, Protocol>> = {
  modbus: protocol({
    profile: ModbusProfile,
    connection: ModbusConnection,
    links: modbusLinks,
    lineKey: modbusLine,
    decodes: ['modbus-rtu', 'modbus-tcp'],
    searches: true,
    load: async () => (await import('./modbus/piece.ts')).modbusPiece,
  }),
  isapi: protocol({
    profile: IsapiProfile,
    connection: IsapiConnection,
    links: isapiLinks,
    lineKey: isapiLine,
    decodes: ['isapi', 'isapi-alertstream', 'isapi-push'],
    decodeProfile: 'isapi/hikvision/ds-k1t',
    load: async () => (await import('./isapi/piece.ts')).isapiPiece,
  }),
  dahua: protocol({
    profile: DahuaProfile,
    connection: DahuaConnection,
    links: dahuaLinks,
    lineKey: dahuaLine,
    decodes: ['dahua-cgi'],
    decodeProfile: 'dahua/dahua/asi',
    load: async () => (await import('./dahua/piece.ts')).dahuaPiece,
  }),
  iso8583: protocol({
    profile: Iso8583Profile,
    connection: Iso8583Connection,
    links: iso8583Links,
    lineKey: iso8583Line,
    decodes: ['iso8583-unionpay-tcp', 'iso8583-unionpay-nolength', 'iso8583-unionpay-body', 'pboc-ep-record'],
    load: async () => (await import('./iso8583/piece.ts')).iso8583Piece,
  }),
  onvif: protocol({
    profile: OnvifProfile,
    connection: OnvifConnection,
    links: onvifLinks,
    lineKey: onvifLine,
    decodes: ['onvif'],
    decodeProfile: 'onvif/cardwatch/profile-c-door',
    searches: true,
    load: async () => (await import('./onvif/piece.ts')).onvifPiece,
  }),
  zkpush: protocol({
    profile: ZkProfile,
    connection: ZkConnection,
    links: zkLinks,
    lineKey: zkLine,
    decodes: ['zk-push'],
    decodeProfile: 'zkpush/cardwatch/access-gate',
    load: async () => (await import('./zkpush/piece.ts')).zkPiece,
  }),
  cjt188: protocol({
    profile: Cjt188Profile,
    connection: Cjt188Connection,
    links: cjt188Links,
    lineKey: wireLineKey,
    decodes: ['cjt188-2004'],
    searches: true,
    load: async () => (await import('./cjt188/piece.ts')).cjt188Piece,
  }),
  dlt645: protocol({
    profile: Dlt645Profile,
    connection: Dlt645Connection,
    links: dlt645Links,
    lineKey: wireLineKey,
    decodes: ['dlt645-2007'],
    load: async () => (await import('./dlt645/piece.ts')).dlt645Piece,
  }),
  framed: protocol({
    profile: FramedProfile,
    connection: FramedConnection,
    links: framedLinks,
    lineKey: framedLine,
    decodes: ['framed'],
    load: async () => (await import('./framed/piece.ts')).framedPiece,
  }),
  snmp: protocol({
    profile: SnmpProfile,
    connection: SnmpConnection,
    links: snmpLinks,
    lineKey: snmpLine,
    decodes: ['snmp-walk'],
    searches: true,
    load: async () => (await import('./snmp/piece.ts')).snmpPiece,
  }),
  ping: protocol({
    profile: PingProfile,
    connection: PingConnection,
    links: pingLinks,
    lineKey: pingLine,
    decodes: ['ping'],
    load: async () => (await import('./ping/piece.ts')).pingPiece,
  }),
};

export const protocolNames: readonly string[] = Object.keys(protocols);

export const protocolOf = (name: string): Protocol | undefined => (Object.hasOwn(protocols, name) ? protocols[name] : undefined);

/** Schema of the profiles of a protocol; undefined when there is no such protocol. */
export const profileSchemaOf = (name: string): z.ZodType<CommonProfile> | undefined => protocolOf(name)?.profile;

/** Decoders of all protocols by the name that `decode --protocol` takes. */
export const decoders: ReadonlyMap<string, () => Promise<Decoder>> = new Map(
  Object.entries(protocols).flatMap(([name, { decodes, load }]) =>
    decodes.map((decoder) => [decoder, async () => decoderOf(name, decoder, await load())] as const),
  ),
);

/** Profile that `decode` goes by when none is named, by decoder. */
export const decodeProfiles: ReadonlyMap<string, string> = new Map(
  Object.values(protocols).flatMap(({ decodes, decodeProfile }) =>
    decodeProfile === undefined ? [] : decodes.map((decoder) => [decoder, decodeProfile] as const),
  ),
);

function decoderOf(name: string, decoder: string, piece: ProtocolPiece): Promise<Decoder> {
  const made = piece.decoders[decoder];
  if (made === undefined) throw new Error(`${name} has no decoder ${decoder}`);
  return made();
}

/** How devices of a protocol are searched for; undefined where they cannot be. */
export const discoveryOf = async (name: string): Promise<Discovery | undefined> => {
  const known = protocolOf(name);
  return known?.searches === true ? (await known.load()).discovery : undefined;
};

/** All drivers by protocol. */
export function createRegistry(random: Random): ReadonlyMap<string, AnyDriver> {
  const parts: DriverParts = { lines: new LinePool(random), random };
  return new Map(Object.entries(protocols).map(([name, known]) => [name, driverOf(name, known, parts)]));
}

function driverOf(name: string, { profile, connection, lineKey, load }: Protocol, parts: DriverParts): AnyDriver {
  let loading: Promise<AnyDriver> | undefined;
  const loaded = (): Promise<AnyDriver> => (loading ??= load().then((piece) => piece.driver(parts)));
  return { protocol: name, profile, connection, lineKey, open: async (...at) => (await loaded()).open(...at) };
}
