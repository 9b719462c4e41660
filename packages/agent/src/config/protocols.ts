/** What the configuration needs to know of the protocols: over which kinds of link they are spoken, and what a device adds to its link. */
import { type AnyDriver, type LinkShape, protocolOf, protocolNames } from '@cardwatch/drivers';
import { z } from 'zod';

/** Link shapes by protocol, then by kind. */
export type LinkCatalogue = ReadonlyMap<string, Readonly<Record<string, LinkShape>>>;

/** The link shapes of every protocol of the registry. */
export const knownLinks: LinkCatalogue = new Map(
  protocolNames.flatMap((name) => {
    const protocol = protocolOf(name);
    return protocol === undefined ? [] : [[name, protocol.links] as const];
  }),
);

/** What judges a whole connection and says which devices share a wire. */
export type ConnectionJudge = Pick<AnyDriver, 'connection' | 'lineKey'>;

export interface LinkKind {
  readonly kind: string;
  readonly link: z.ZodObject;
  /** Content of the credentials file, when a protocol of this kind takes one. */
  readonly credentials: z.ZodObject | undefined;
}

/** Each kind once, in the order of the registry. Protocols that share a kind have one and the same link schema. */
export function linkKinds(catalogue: LinkCatalogue): readonly LinkKind[] {
  const kinds = new Map<string, LinkKind>();
  for (const shapes of catalogue.values())
    for (const [kind, { link, credentials }] of Object.entries(shapes)) {
      const before = kinds.get(kind);
      kinds.set(kind, { kind, link: before?.link ?? link, credentials: before?.credentials ?? credentials });
    }
  return [...kinds.values()];
}

/** The shapes that a device can have: one when protocol and kind of its link are known and fit, more while something is amiss. */
export function shapesFor(
  catalogue: LinkCatalogue,
  protocol: string | undefined,
  kind: string | undefined,
): readonly LinkShape[] {
  const own = protocol === undefined ? undefined : catalogue.get(protocol);
  const protocols = own === undefined ? [...catalogue.values()] : [own];
  const fitting = protocols.flatMap((shapes) =>
    kind !== undefined && Object.hasOwn(shapes, kind) && shapes[kind] !== undefined ? [shapes[kind]] : [],
  );
  return fitting.length > 0 ? fitting : protocols.flatMap((shapes) => Object.values(shapes));
}

/** Keys that a device adds, as far as they are certain: a key of some shapes only, or of two minds, may be anything or be left out. */
export function deviceKeys(shapes: readonly LinkShape[]): Readonly<Record<string, z.ZodType>> {
  const keys = new Map<string, z.ZodType[]>();
  for (const { device } of shapes)
    for (const [key, schema] of Object.entries(device.shape)) keys.set(key, [...(keys.get(key) ?? []), schema as z.ZodType]);
  return Object.fromEntries(
    [...keys].map(([key, schemas]) => {
      const [first] = schemas;
      const certain = first !== undefined && schemas.length === shapes.length && schemas.every((schema) => schema === first);
      return [key, certain ? first : z.unknown().optional()];
    }),
  );
}
