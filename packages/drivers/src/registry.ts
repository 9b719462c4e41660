/** All protocols. Adding one is one line here; heavy libraries are imported by a driver when it opens its first device, not before. */
import type { Random } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { Discovery, Driver, LinkShape } from './contract.ts';
import type { Decoder } from './decode.ts';
import { cjt188Piece } from './cjt188/piece.ts';
import { framedPiece } from './framed/piece.ts';
import { iso8583Piece } from './iso8583/piece.ts';
import { dahuaPiece } from './dahua/piece.ts';
import { isapiPiece } from './isapi/piece.ts';
import { dlt645Piece } from './dlt645/piece.ts';
import { LinePool } from './line/pool.ts';
import { modbusPiece } from './modbus/piece.ts';
import { pingPiece } from './ping/piece.ts';
import { onvifPiece } from './onvif/piece.ts';
import type { CommonProfile } from './profile.ts';
import { snmpPiece } from './snmp/piece.ts';
import { zkPiece } from './zkpush/piece.ts';

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

/** Everything that is known of a protocol without opening a line. */
export interface ProtocolPiece {
  readonly profile: z.ZodType<CommonProfile>;
  /** Link kinds that the protocol is spoken over. Kinds that several protocols share have one and the same `link` schema. */
  readonly links: Readonly<Record<string, LinkShape>>;
  readonly discovery?: Discovery;
  /** By the name that `decode --protocol` takes. */
  readonly decoders: Readonly<Record<string, () => Promise<Decoder>>>;
  driver(parts: DriverParts): AnyDriver;
}

const protocols: Readonly<Record<string, ProtocolPiece>> = {
  modbus: modbusPiece,
  isapi: isapiPiece,
  dahua: dahuaPiece,
  iso8583: iso8583Piece,
  onvif: onvifPiece,
  zkpush: zkPiece,
  cjt188: cjt188Piece,
  dlt645: dlt645Piece,
  framed: framedPiece,
  snmp: snmpPiece,
  ping: pingPiece,
};

export const protocolNames: readonly string[] = Object.keys(protocols);

export const pieceOf = (protocol: string): ProtocolPiece | undefined =>
  Object.hasOwn(protocols, protocol) ? protocols[protocol] : undefined;

/** Schema of the profiles of a protocol; undefined when there is no such protocol. */
export const profileSchemaOf = (protocol: string): z.ZodType<CommonProfile> | undefined => pieceOf(protocol)?.profile;

/** Decoders of all protocols by name. */
export const decoders: ReadonlyMap<string, () => Promise<Decoder>> = new Map(
  Object.values(protocols).flatMap((piece) => Object.entries(piece.decoders)),
);

/** All drivers by protocol. */
export function createRegistry(random: Random): ReadonlyMap<string, AnyDriver> {
  const parts: DriverParts = { lines: new LinePool(random), random };
  return new Map(Object.entries(protocols).map(([name, piece]) => [name, piece.driver(parts)]));
}
