/** What the schema of the file cannot see: that its parts fit one another and the profiles. */
import type { PathPart, What } from './problem.ts';
import type { Draft } from './draft.ts';
import type { DeviceYaml, LinkYaml } from './schema.ts';

export interface KnownProfile {
  readonly name: string;
  readonly protocol: string;
}

export interface CrossProblem {
  readonly path: readonly PathPart[];
  readonly what: What;
}

/** Parts that are not well formed are left out: the schema has spoken about them. */
export function crossCheck(
  draft: Draft,
  profiles: readonly KnownProfile[],
  linkKinds: Readonly<Record<string, readonly string[]>>,
): CrossProblem[] {
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
    ...sameUnits(draft),
    ...draft.devices.flatMap((device, index) =>
      device === undefined
        ? []
        : deviceProblems(draft, device, profiles, linkKinds).map(({ path, what }) => ({
            path: ['devices', index, ...path],
            what,
          })),
    ),
    ...tlsProblems(draft),
  ];
}

function deviceProblems(
  { links, linkNames }: Draft,
  device: DeviceYaml,
  profiles: readonly KnownProfile[],
  linkKinds: Readonly<Record<string, readonly string[]>>,
): CrossProblem[] {
  const link = links.find((each) => each?.name === device.link);
  const profile = profiles.find(({ name }) => name === device.profile);
  const at = (key: string, what: What): CrossProblem => ({ path: [key], what });
  const allowed = profile === undefined ? [] : (linkKinds[profile.protocol] ?? []);
  return [
    ...(linkNames.includes(device.link) ? [] : [at('link', { kind: 'unknownLink', known: linkNames })]),
    ...(profile === undefined ? [at('profile', { kind: 'unknownProfile', known: profiles.map(({ name }) => name) })] : []),
    ...(link !== undefined && profile !== undefined && !allowed.includes(link.kind)
      ? [at('link', { kind: 'linkKind', protocol: profile.protocol, allowed })]
      : []),
  ];
}

/** Two links that lead to the same port are one line. */
const wireOf = (link: LinkYaml): string => (link.kind === 'serial' ? link.path : `${link.host}:${link.port}`);

function sameUnits({ devices, links }: Draft): CrossProblem[] {
  const wires = new Map(links.flatMap((link) => (link === undefined ? [] : [[link.name, wireOf(link)] as const])));
  return duplicates(devices, ({ link, unit }) => `${wires.get(link) ?? link}#${unit}`).map(({ index, first }) => ({
    path: ['devices', index, 'unit'],
    what: { kind: 'duplicateUnit', first: `devices[${first}] ${devices[first]?.id ?? ''}` },
  }));
}

const tlsProblems = ({ collector }: Draft): CrossProblem[] =>
  collector?.caFile !== undefined && !collector.url.startsWith('mqtts://')
    ? [{ path: ['collector', 'caFile'], what: { kind: 'caWithoutTls' } }]
    : [];

function duplicates<T>(
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
