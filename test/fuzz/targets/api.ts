/** Every row of the endpoint table: parameters, query and body as their schemas say, wrong in a place or two; whoever asks and however. */
import { type Endpoint, type EndpointName, endpoints, ErrorBody, Scope } from '@cardwatch/contracts/api';
import { chance, intBetween, pick, type Random } from '@cardwatch/kernel';
import { z } from 'zod';
import { createApp } from '../../../packages/collector/src/api/app.ts';
import { HttpFigures } from '../../../packages/collector/src/api/http-figures.ts';
import { LiveHub } from '../../../packages/collector/src/services/live/hub.ts';
import { Passwords } from '../../../packages/collector/src/services/password/hash.ts';
import { bearer, openHouse, password } from '../../api/harness.ts';
import { samples } from '../../api/samples.ts';
import { anyJson, changeJson } from '../json.ts';
import { told } from '../same.ts';
import { choicesOf, type Feed, type Finding, jsonBytes, type Target, textOf } from '../target.ts';

const names = Object.keys(endpoints) as EndpointName[];

/** One request as the pool keeps it. */
const Ask = z.looseObject({
  name: z.string(),
  params: z.unknown().optional(),
  query: z.unknown().optional(),
  body: z.unknown().optional(),
  headers: z.unknown().optional(),
});

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

const words = [
  'yb-a',
  'yb-a-bath-01',
  'leak',
  '宜宾校区',
  '宜宾校区/竹苑1栋',
  'main',
  '2026-11-23',
  '1795392000000',
  '00000000-0000-4000-8000-000000000001',
  '0123456789abcdef',
  'true',
  '1',
  'x',
] as const;

/** A value that the schema may well take; now and then one that it must not. */
function valueFor(random: Random, schema: Schema, depth = 0): unknown {
  if (depth > 6 || chance(random, 0.04)) return anyJson(random);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined && schema.enum.length > 0) return pick(random, schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined && choices.length > 0) return valueFor(random, pick(random, choices), depth + 1);
  if (schema.properties !== undefined) return objectFor(random, schema, depth);
  const type = typeof schema.type === 'string' ? schema.type : (schema.type?.[0] ?? 'string');
  switch (type) {
    case 'integer':
    case 'number': {
      const { minimum = -5, maximum = 2 ** 40 } = schema;
      return pick(random, [
        minimum,
        maximum,
        minimum - 1,
        maximum + 1,
        intBetween(random, Math.max(0, minimum), Math.min(maximum, 1_000)),
        1_795_392_000_000,
      ]);
    }
    case 'boolean':
      return chance(random, 0.5);
    case 'null':
      return null;
    case 'array':
      return Array.from(
        { length: intBetween(random, schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, 3) + Number(chance(random, 0.05))) },
        () => valueFor(random, schema.items ?? {}, depth + 1),
      );
    default:
      return chance(random, 0.05) ? 'x'.repeat((schema.maxLength ?? 64) + intBetween(random, 0, 1)) : pick(random, words);
  }
}

function objectFor(random: Random, { properties = {}, required = [] }: Schema, depth: number): unknown {
  const kept = Object.entries(properties).filter(([name]) =>
    required.includes(name) ? !chance(random, 0.03) : chance(random, 0.4),
  );
  return Object.fromEntries(kept.map(([name, schema]) => [name, valueFor(random, schema, depth + 1)]));
}

const schemaOf = (schema: z.ZodType | undefined): Schema | undefined =>
  schema === undefined ? undefined : (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema);
const schemas = new Map(
  names.map((name) => {
    const { params, query, body }: Endpoint = endpoints[name];
    return [name, { params: schemaOf(params), query: schemaOf(query), body: schemaOf(body) }] as const;
  }),
);

/** By the schema alone, or a sample with a part of it made anew, or any of the pool changed by its structure. */
function changeAsk(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  if (chance(random, 0.5)) return changeJson(random, pool);
  const name = pick(random, names);
  const schema = schemas.get(name);
  const sample = samples[name];
  const of = (given: unknown, by: Schema | undefined): unknown =>
    by === undefined || chance(random, 0.4) ? given : valueFor(random, by);
  const headers = Object.fromEntries(
    headerWords.filter(() => chance(random, 0.15)).map(([key, values]) => [key, pick(random, values)]),
  );
  return jsonBytes({
    name,
    params: of(sample.params, schema?.params),
    query: of(sample.query, schema?.query),
    body: of(sample.body?.(1), schema?.body),
    headers,
  });
}

const headerWords = [
  ['last-event-id', ['0', '1', '-1', '1e9', '99999999999999', '9'.repeat(20), 'x']],
  ['accept-language', ['en', 'zh', 'en;q=0.1,zh;q=x', ';;;,', 'x'.repeat(300)]],
  ['content-type', ['application/json', 'application/json; charset=gbk', 'text/csv', 'image/png', '', 'x']],
  ['cookie', ['cardwatch_session=', 'cardwatch_session=x; cardwatch_wall=y', '=;=;', 'a'.repeat(3_000)]],
  ['authorization', ['', 'Bearer x', 'Basic eDp4', 'Bearer  ', 'Bearer '.repeat(50)]],
  ['content-length', ['0', '-1', '99999999999', 'x']],
  ['if-none-match', ['"x"', '*', 'W/"']],
  ['origin', ['null', 'http://evil', 'http://localhost']],
] as const;

async function openApi(): Promise<Feed> {
  const house = await openHouse();
  const token = await bearer(house, Scope.options);
  const services = { ...house.serving.services, passwords: quickPasswords() };
  const figures = new HttpFigures();
  const live = new LiveHub({ read: services.read, clock: services.clock, log: services.log });
  const settings = { secure: false, openMetrics: true };
  const process = (): { rssBytes: number; loopDelayP99Ms: number; loopDelayMaxMs: number } => ({
    rssBytes: 0,
    loopDelayP99Ms: 0,
    loopDelayMaxMs: 0,
  });
  const app = createApp({
    services,
    live,
    figures,
    process,
    console: { find: () => Promise.resolve(undefined) },
    settings,
    refused: () => {},
  });
  const statuses = new Map<number, number>();
  return {
    seeds: [
      ...names.map((name) => ({
        name,
        params: samples[name].params,
        query: samples[name].query,
        body: samples[name].body?.(1),
        headers: {},
      })),
      { name: 'live', headers: { 'last-event-id': '7' } },
      { name: '/metrics' },
      { name: '/api/docs' },
    ].map(jsonBytes),
    change: changeAsk,
    feed: async (input) => {
      house.logged.length = 0;
      const request = requestOf(input, token);
      if (request === undefined) return undefined;
      const answer = await app.fetch(request, {});
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      return answerProblem(request, answer);
    },
    said: () =>
      [...statuses]
        .toSorted(([a], [b]) => a - b)
        .map(([status, count]) => `${count} × ${status}`)
        .join(' '),
    close: async () => {
      await live.close();
      await house.close();
    },
  };
}

/** Without the 46 MiB and the tenth of a second that a password costs. */
function quickPasswords(): Passwords {
  const quick = new Passwords();
  quick.hash = (text) => Promise.resolve({ ok: true, value: `quick ${text}` });
  quick.verify = (text, encoded) =>
    Promise.resolve({ ok: true, value: encoded === `quick ${text}` || (encoded !== undefined && text === password) });
  return quick;
}

function requestOf(input: Uint8Array, token: Readonly<Record<string, string>>): Request | undefined {
  const ask = Ask.safeParse(jsonOf(input));
  if (!ask.success) return undefined;
  const { name, params, query, body, headers } = ask.data;
  const endpoint: Endpoint | undefined = Object.hasOwn(endpoints, name) ? endpoints[name as EndpointName] : undefined;
  const path =
    endpoint === undefined
      ? name.startsWith('/')
        ? name
        : `/api/v1/${encodeURIComponent(name.toWellFormed())}`
      : `/api/v1${filled(endpoint.path, params)}`;
  const method = (endpoint?.method ?? 'get').toUpperCase();
  const own = new Headers({ ...(choicesOf(input).next() < 0.95 ? token : {}), origin: 'http://c' });
  if (method !== 'GET') own.set('content-type', endpoint?.upload?.types[0] ?? 'application/json');
  for (const [key, value] of entriesOf(headers))
    if (/^[a-z-]{1,40}$/.test(key)) own.set(key, wellFormed(value).replace(/[^\x20-\x7e]/g, ''));
  const given = endpoint?.upload === undefined ? JSON.stringify(body) : textOf(input);
  try {
    return new Request(`http://c${path}${searchOf(query)}`, {
      method,
      headers: own,
      ...(method === 'GET' || given === undefined ? {} : { body: given }),
    });
  } catch {
    return undefined;
  }
}

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];
const wellFormed = (value: unknown): string =>
  (typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value)).toWellFormed();

function filled(path: string, params: unknown): string {
  const values = new Map(entriesOf(params));
  return path.replace(/:([A-Za-z]+)/g, (_all, key: string) => encodeURIComponent(wellFormed(values.get(key))));
}

function searchOf(query: unknown): string {
  const search = new URLSearchParams(
    entriesOf(query).map(([key, value]): [string, string] => [key.toWellFormed(), wellFormed(value)]),
  ).toString();
  return search === '' ? '' : `?${search}`;
}

async function answerProblem(request: Request, answer: Response): Promise<Finding> {
  const { pathname } = new URL(request.url);
  const what = `${request.method} ${pathname}`;
  if (answer.status >= 500 && answer.status !== 503) return `${what}: ${answer.status} ${(await answer.text()).slice(0, 300)}`;
  if ((answer.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
    await answer.body?.cancel();
    return undefined;
  }
  const text = await answer.text();
  if (answer.headers.get('x-content-type-options') !== 'nosniff') return `${what}: without its headers`;
  if (!pathname.startsWith('/api/v1/') || answer.status === 503) return undefined;
  if (answer.status < 400) return rowProblem(request, answer, text);
  const body = ErrorBody.safeParse(jsonOf(new TextEncoder().encode(text)));
  if (!body.success) return `${what}: ${answer.status} without a reason: ${text.slice(0, 200)}`;
  return body.data.message === '' || (body.data.code === 'invalid' && body.data.place === undefined)
    ? `${what}: a refusal without a place: ${told(body.data)}`
    : undefined;
}

/** What the table promises of an answer. */
function rowProblem(request: Request, answer: Response, text: string): Finding {
  if (!(answer.headers.get('content-type') ?? '').startsWith('application/json')) return undefined;
  const path = new URL(request.url).pathname.slice('/api/v1'.length);
  const row = names
    .map((name): Endpoint => endpoints[name])
    .find((each) => each.method.toUpperCase() === request.method && matches(each.path, path));
  const parsed = row?.download === undefined ? row?.response.safeParse(jsonOf(new TextEncoder().encode(text))) : undefined;
  if (parsed === undefined || parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  return `${request.method} ${row?.path ?? ''}: an answer that the table does not promise: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
}

const matches = (form: string, path: string): boolean => {
  const [want, have] = [form.split('/'), path.split('/')];
  return want.length === have.length && want.every((part, at) => part.startsWith(':') || part === have[at]);
};

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return undefined;
  }
}

export const apiTargets: readonly Target[] = [{ name: 'api', code: ['/hono/'], perChange: 1_500, open: openApi }];
