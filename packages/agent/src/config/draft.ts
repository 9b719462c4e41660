import type { z } from 'zod';
import { AgentYaml, configLimits, DeviceYaml, LinkYaml } from './schema.ts';

/** What of a configuration is well formed, in its place: the rest is undefined. So one mistake does not hide the others. */
export interface Draft {
  readonly site: string | undefined;
  readonly agent: string | undefined;
  readonly secrets: string | undefined;
  readonly data: string | undefined;
  readonly collector: AgentYaml['collector'] | undefined;
  readonly links: readonly (LinkYaml | undefined)[];
  /** Also of links that are not well formed otherwise. */
  readonly linkNames: readonly string[];
  readonly devices: readonly (DeviceYaml | undefined)[];
}

export function draftOf(value: unknown): Draft {
  const top = fieldsOf(value);
  const { shape } = AgentYaml;
  const links = listOf(top.links, configLimits.links);
  return {
    site: good(shape.site, top.site),
    agent: good(shape.agent, top.agent),
    secrets: good(shape.secrets, top.secrets),
    data: good(shape.data, top.data),
    collector: good(shape.collector, top.collector),
    links: links.map((link) => good(LinkYaml, link)),
    linkNames: links.flatMap((link) => {
      const { name } = fieldsOf(link);
      return typeof name === 'string' ? [name] : [];
    }),
    devices: listOf(top.devices, configLimits.devices).map((device) => good(DeviceYaml, device)),
  };
}

const good = <T>(schema: z.ZodType<T>, value: unknown): T | undefined => {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const listOf = (value: unknown, max: number): readonly unknown[] => (Array.isArray(value) ? value.slice(0, max) : []);
