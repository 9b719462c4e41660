/** The devices of a file: each judged by what its own link and protocol have it say, then with its whole connection. */
import type { LinkShape } from '@cardwatch/drivers';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { z } from 'zod';
import { type CrossProblem, duplicates, type KnownProfile } from './cross-check.core.ts';
import type { Credentials } from './credentials.ts';
import { judge, type YamlFile } from './document.ts';
import { type Draft, fieldsOf } from './draft.ts';
import type { ConfigProblem, PathPart } from './problem.ts';
import { type ConnectionJudge, type LinkCatalogue, shapesFor } from './protocols.ts';
import { type DeviceYaml, deviceSchema, type LinkYaml } from './schema.ts';

export type JudgedDevice = Result<DeviceYaml, readonly ConfigProblem[]>;

/** Each device by the keys that its link and protocol give it. A device whose link or profile is amiss is judged as far as it can be. */
export function judgeDevices(
  yaml: YamlFile,
  draft: Draft,
  profiles: readonly KnownProfile[],
  catalogue: LinkCatalogue,
): readonly JudgedDevice[] {
  const protocols = new Map(profiles.map(({ name, protocol }) => [name, protocol]));
  const schemas = new Map<string, z.ZodType<DeviceYaml>>();
  return draft.rawDevices.map((raw, index) => {
    const { link, profile } = fieldsOf(raw);
    const kind = typeof link === 'string' ? draft.linkKinds.get(link) : undefined;
    const protocol = typeof profile === 'string' ? (protocols.get(profile) ?? profile.split('/')[0]) : undefined;
    const key = `${protocol ?? ''} ${kind ?? ''}`;
    const schema = schemas.get(key) ?? deviceSchema(shapesFor(catalogue, protocol, kind));
    schemas.set(key, schema);
    return judge(yaml, schema, { at: ['devices', index] });
  });
}

/** What a driver is opened with, and the wire it is on. */
export interface Reached {
  readonly connection: unknown;
  readonly lineKey: string;
}

export interface ConnectionParts {
  readonly links: readonly (LinkYaml | undefined)[];
  readonly devices: readonly JudgedDevice[];
  readonly credentials: ReadonlyMap<string, Credentials>;
  readonly protocolOf: (profile: string) => string | undefined;
  readonly catalogue: LinkCatalogue;
  readonly judges: ReadonlyMap<string, ConnectionJudge>;
}

interface Joined extends Reached {
  readonly id: string;
  /** What nobody else on its line may have, in the order of the shape. */
  readonly address: Readonly<Record<string, unknown>>;
}

/** Connections of all devices that are sound so far, by device; and what only the whole connection shows. */
export function joinConnections(parts: ConnectionParts): {
  readonly reached: ReadonlyMap<string, Reached>;
  readonly problems: readonly CrossProblem[];
} {
  const joined = parts.devices.map((device, index) => (device.ok ? joinOne(parts, device.value, index) : undefined));
  const sound = joined.map((each) => (each?.ok === true ? each.value : undefined));
  const taken = duplicates(sound, ({ lineKey, address }) => `${lineKey} ${JSON.stringify(address)}`);
  return {
    reached: new Map(
      sound.flatMap((each) =>
        each === undefined ? [] : [[each.id, { connection: each.connection, lineKey: each.lineKey }] as const],
      ),
    ),
    problems: [
      ...joined.flatMap((each) => (each === undefined || each.ok ? [] : each.error)),
      ...taken.map(({ index, first }): CrossProblem => {
        const key = Object.keys(sound[index]?.address ?? {})[0] ?? 'link';
        const what = { kind: 'duplicateAddress', first: `devices[${first}] ${sound[first]?.id ?? ''}`, key } as const;
        return { path: ['devices', index, key], what };
      }),
    ],
  };
}

/** undefined: the device's link or profile is amiss, which was said elsewhere. */
function joinOne(parts: ConnectionParts, device: DeviceYaml, index: number): Result<Joined, readonly CrossProblem[]> | undefined {
  const linkIndex = parts.links.findIndex((each) => each?.name === device.link);
  const link = parts.links[linkIndex];
  const protocol = parts.protocolOf(device.profile);
  const shape = protocol === undefined || link === undefined ? undefined : parts.catalogue.get(protocol)?.[link.kind];
  const judgeOf = protocol === undefined ? undefined : parts.judges.get(protocol);
  if (link === undefined || shape === undefined || judgeOf === undefined) return undefined;
  const held = parts.credentials.get(link.name);
  if (held?.kind === 'bad') return undefined;
  if (held === undefined && shape.credentialsNeeded === true) {
    const keys = Object.keys(shape.credentials?.shape ?? {});
    return err([{ path: ['links', linkIndex, 'credentials'], what: { kind: 'credentialsNeeded', keys } }]);
  }
  const { name: _, credentials: __, ...own } = link;
  const added = Object.fromEntries(
    Object.keys(shape.device.shape).flatMap((key) => (device[key] === undefined ? [] : [[key, device[key]] as const])),
  );
  const whole = { ...own, ...added, ...(held === undefined ? {} : { credentials: held.content }) };
  const parsed = judgeOf.connection.safeParse(whole);
  if (parsed.success)
    return ok({
      id: device.id,
      address: addressOf(shape, added),
      connection: parsed.data,
      lineKey: judgeOf.lineKey(parsed.data),
    });
  const places: Places = { device: ['devices', index], link: ['links', linkIndex], own: new Set(Object.keys(added)) };
  return err(parsed.error.issues.map((issue) => refused(issue, places)));
}

/** Keys that tell two devices at one place apart though each may be left out. */
const finer: readonly string[] = ['port', 'tcpPort', 'door', 'merchant'];

/** The part of what a device adds that nobody else on its line may have: what it must say, and what tells two at one place apart. */
function addressOf(shape: LinkShape, added: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const needed = (key: string): boolean => shape.device.shape[key]?.safeParse(undefined).success === false;
  return Object.fromEntries(Object.entries(added).filter(([key]) => needed(key) || finer.includes(key)));
}

interface Places {
  readonly device: readonly PathPart[];
  readonly link: readonly PathPart[];
  readonly own: ReadonlySet<string>;
}

/** Where a connection's problem stands in the file; the driver's own words, which quote nothing. */
function refused({ path, message, code }: z.core.$ZodIssue, { device, link, own }: Places): CrossProblem {
  const parts = path.map((part) => (typeof part === 'number' ? part : String(part)));
  const [head] = parts;
  const what = { kind: 'connectionRefused', detail: code === 'custom' ? message : code } as const;
  if (head === 'credentials') return { path: [...link, 'credentials'], what };
  return { path: [...(head === undefined || own.has(String(head)) ? device : link), ...parts], what };
}
