/** What the schema of the file cannot see: that its parts fit one another and the profiles. */
import type { PathPart, What } from './problem.ts';
import type { AgentYaml, LinkYaml } from './schema.ts';

export interface KnownProfile {
  readonly name: string;
  readonly protocol: string;
}

export interface CrossProblem {
  readonly path: readonly PathPart[];
  readonly what: What;
}

export function crossCheck(
  config: AgentYaml,
  profiles: readonly KnownProfile[],
  linkKinds: Readonly<Record<string, readonly string[]>>,
): CrossProblem[] {
  return [
    ...duplicates(config.links, ({ name }) => name).map(
      ({ index, first }): CrossProblem => ({
        path: ['links', index, 'name'],
        what: { kind: 'duplicateLink', first: `links[${first}]` },
      }),
    ),
    ...duplicates(config.devices, ({ id }) => id).map(
      ({ index, first }): CrossProblem => ({
        path: ['devices', index, 'id'],
        what: { kind: 'duplicateId', first: `devices[${first}]` },
      }),
    ),
    ...sameUnits(config),
    ...config.devices.flatMap((_, index) => deviceProblems(config, index, profiles, linkKinds)),
    ...tlsProblems(config),
  ];
}

function deviceProblems(
  config: AgentYaml,
  index: number,
  profiles: readonly KnownProfile[],
  linkKinds: Readonly<Record<string, readonly string[]>>,
): CrossProblem[] {
  const device = config.devices[index];
  const link = config.links.find(({ name }) => name === device?.link);
  const profile = profiles.find(({ name }) => name === device?.profile);
  const at = (key: string, what: What): CrossProblem => ({ path: ['devices', index, key], what });
  const allowed = profile === undefined ? [] : (linkKinds[profile.protocol] ?? []);
  return [
    ...(link === undefined ? [at('link', { kind: 'unknownLink', known: config.links.map(({ name }) => name) })] : []),
    ...(profile === undefined ? [at('profile', { kind: 'unknownProfile', known: profiles.map(({ name }) => name) })] : []),
    ...(link !== undefined && profile !== undefined && !allowed.includes(link.kind)
      ? [at('link', { kind: 'linkKind', protocol: profile.protocol, allowed })]
      : []),
  ];
}

/** Two links that lead to the same port are one line. */
const wireOf = (link: LinkYaml): string => (link.kind === 'serial' ? link.path : `${link.host}:${link.port}`);

function sameUnits({ devices, links }: AgentYaml): CrossProblem[] {
  const wires = new Map(links.map((link) => [link.name, wireOf(link)]));
  return duplicates(devices, ({ link, unit }) => `${wires.get(link) ?? link}#${unit}`).map(({ index, first }) => ({
    path: ['devices', index, 'unit'],
    what: { kind: 'duplicateUnit', first: `devices[${first}] ${devices[first]?.id ?? ''}` },
  }));
}

const tlsProblems = ({ collector }: AgentYaml): CrossProblem[] =>
  collector.caFile !== undefined && !collector.url.startsWith('mqtts://')
    ? [{ path: ['collector', 'caFile'], what: { kind: 'caWithoutTls' } }]
    : [];

function duplicates<T>(items: readonly T[], keyOf: (item: T) => string): { readonly index: number; readonly first: number }[] {
  const seen = new Map<string, number>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    const first = seen.get(key);
    if (first !== undefined) return [{ index, first }];
    seen.set(key, index);
    return [];
  });
}
