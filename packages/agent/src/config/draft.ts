import type { z } from 'zod';
import { AgentCommon, type AgentYaml, configLimits, DeviceCommon, type DeviceYaml, type LinkYaml } from './schema.ts';

/** What of a configuration is well formed, in its place: the rest is undefined. So one mistake does not hide the others. */
export interface Draft {
  readonly site: string | undefined;
  readonly agent: string | undefined;
  readonly secrets: string | undefined;
  readonly data: string | undefined;
  readonly collector: AgentYaml['collector'] | undefined;
  readonly watchCollector: AgentYaml['watchCollector'];
  readonly links: readonly (LinkYaml | undefined)[];
  /** Also of links that are not well formed otherwise. */
  readonly linkNames: readonly string[];
  /** Kinds by name, also of links that are not well formed otherwise. */
  readonly linkKinds: ReadonlyMap<string, string>;
  /** Judged by their common keys. */
  readonly devices: readonly (DeviceYaml | undefined)[];
  /** As they stand in the file. */
  readonly rawDevices: readonly unknown[];
}

export function draftOf(value: unknown, Link: z.ZodType<LinkYaml>): Draft {
  const top = fieldsOf(value);
  const { shape } = AgentCommon;
  const links = listOf(top.links, configLimits.links);
  const rawDevices = listOf(top.devices, configLimits.devices);
  const named = links.flatMap((link) => {
    const { name, kind } = fieldsOf(link);
    return typeof name === 'string' ? [{ name, kind }] : [];
  });
  return {
    site: good(shape.site, top.site),
    agent: good(shape.agent, top.agent),
    secrets: good(shape.secrets, top.secrets),
    data: good(shape.data, top.data),
    collector: good(shape.collector, top.collector),
    watchCollector: good(shape.watchCollector, top.watchCollector),
    links: links.map((link) => good(Link, link)),
    linkNames: named.map(({ name }) => name),
    linkKinds: new Map(named.flatMap(({ name, kind }) => (typeof kind === 'string' ? [[name, kind] as const] : []))),
    devices: rawDevices.map((device) => good(DeviceCommon, device)),
    rawDevices,
  };
}

const good = <T>(schema: z.ZodType<T>, value: unknown): T | undefined => {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};

export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const listOf = (value: unknown, max: number): readonly unknown[] => (Array.isArray(value) ? value.slice(0, max) : []);
