/** What the schema of the file cannot see: that its parts fit one another and the profiles. */
import type { DeviceKind } from '@cardwatch/contracts';
import { placeProblem } from '@cardwatch/drivers';
import type { Draft } from './draft.ts';
import { parentProblems } from './parents.core.ts';
import type { PathPart, What } from './problem.ts';
import type { LinkCatalogue } from './protocols.ts';
import type { DeviceYaml } from './schema.ts';

export interface KnownProfile {
  readonly name: string;
  readonly protocol: string;
  /** Of a profile that could be read. */
  readonly kind?: DeviceKind;
}

export interface CrossProblem {
  readonly path: readonly PathPart[];
  readonly what: What;
}

/** Parts that are not well formed are left out: the schema has spoken about them. */
export function crossCheck(draft: Draft, profiles: readonly KnownProfile[], catalogue: LinkCatalogue): CrossProblem[] {
  return [
    ...duplicates(draft.links, (link) => link.name).map(
      ({ index, first }): CrossProblem => ({
        path: ['links', index, 'name'],
        what: { kind: 'duplicateLink', first: `links[${first}]` },
      }),
    ),
    ...duplicates(draft.devices, (device) => device.id).map(
      ({ index, first }): CrossProblem => ({
        path: ['devices', index, 'id'],
        what: { kind: 'duplicateId', first: `devices[${first}]` },
      }),
    ),
    ...parentProblems(draft.devices),
    ...draft.devices.flatMap((device, index) =>
      device === undefined
        ? []
        : deviceProblems(draft, device, profiles, catalogue).map(({ path, what }) => ({
            path: ['devices', index, ...path],
            what,
          })),
    ),
    ...tlsProblems(draft),
  ];
}

function deviceProblems(
  { linkKinds, linkNames }: Draft,
  device: DeviceYaml,
  profiles: readonly KnownProfile[],
  catalogue: LinkCatalogue,
): CrossProblem[] {
  const kind = linkKinds.get(device.link);
  const profile = profiles.find(({ name }) => name === device.profile);
  const at = (key: string, what: What): CrossProblem => ({ path: [key], what });
  const allowed = profile === undefined ? [] : Object.keys(catalogue.get(profile.protocol) ?? {});
  const rule = profile?.kind === undefined ? undefined : placeProblem(profile.kind, device.place.areaType);
  const known = [...catalogue.values()].some((shapes) => kind !== undefined && Object.hasOwn(shapes, kind));
  return [
    ...(linkNames.includes(device.link) ? [] : [at('link', { kind: 'unknownLink', known: linkNames })]),
    ...(profile === undefined ? [at('profile', { kind: 'unknownProfile', known: profiles.map(({ name }) => name) })] : []),
    ...(known && kind !== undefined && profile !== undefined && !allowed.includes(kind)
      ? [at('link', { kind: 'linkKind', protocol: profile.protocol, allowed })]
      : []),
    ...(rule === undefined ? [] : [{ path: ['place', 'areaType'], what: { kind: 'wrongPlace', rule } } as const]),
  ];
}

const tlsProblems = ({ collector }: Draft): CrossProblem[] =>
  collector?.caFile !== undefined && !collector.url.startsWith('mqtts://')
    ? [{ path: ['collector', 'caFile'], what: { kind: 'caWithoutTls' } }]
    : [];

/** Items whose key an earlier one has as well; undefined ones are passed over. */
export function duplicates<T>(
  items: readonly (T | undefined)[],
  keyOf: (item: T) => string,
): { readonly index: number; readonly first: number }[] {
  const seen = new Map<string, number>();
  return items.flatMap((item, index) => {
    if (item === undefined) return [];
    const key = keyOf(item);
    const first = seen.get(key);
    if (first !== undefined) return [{ index, first }];
    seen.set(key, index);
    return [];
  });
}
