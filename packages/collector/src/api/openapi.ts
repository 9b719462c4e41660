/** OpenAPI 3.1 from the endpoint table: what is bound is what is written here. */
import * as contracts from '@cardwatch/contracts/api';
import { type Endpoint, type EndpointName, endpoints, ErrorBody, LiveEvent } from '@cardwatch/contracts/api';
import { z } from 'zod';
import { apiBase } from './bind.ts';
import { livePath } from './live.ts';

type Json = Record<string, unknown>;

/** The document; pure of place and time, so it can be compared. */
export function openApiDocument(version: string): Json {
  const { schemas, refs } = componentSchemas();
  const paths: Record<string, Json> = {};
  for (const name of Object.keys(endpoints) as EndpointName[]) {
    const endpoint: Endpoint = endpoints[name];
    const path = endpoint.path.replace(/:([A-Za-z]+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method]: operation(name, endpoint, refs) };
  }
  paths[livePath] = { get: liveOperation(refs) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cardwatch 一卡通值守',
      version,
      description:
        'Amounts are integer fen, times UTC epoch milliseconds. Unsafe methods with a session need `X-Cardwatch-Csrf` and a matching `Origin`.',
    },
    servers: [{ url: apiBase }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'cardwatch_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

type Refs = ReadonlyMap<z.ZodType, string>;

/** Every exported DTO by name; schemas that stand inside one another become references. */
function componentSchemas(): { readonly schemas: Json; readonly refs: Refs } {
  const registry = z.registry<{ id: string }>();
  const refs = new Map<z.ZodType, string>();
  for (const [name, value] of Object.entries(contracts)) {
    if (!(value instanceof z.ZodType) || !/(Dto|Body|Event|Role|Scope)$/.test(name)) continue;
    registry.add(value, { id: name });
    refs.set(value, name);
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, io: 'output' });
  return { schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema as Json)])), refs };
}

const bare = ({ $schema: _s, $id: _i, ...schema }: Json): Json => schema;

function schemaOf(schema: z.ZodType, io: 'input' | 'output', refs: Refs): Json {
  const known = refs.get(schema);
  if (known !== undefined) return { $ref: `#/components/schemas/${known}` };
  const metadata = z.registry<{ id: string }>();
  for (const [type, id] of refs) metadata.add(type, { id });
  const { $defs, ...made } = bare(z.toJSONSchema(schema, { io, metadata }) as Json);
  return $defs === undefined ? made : relink(made);
}

/** References into `$defs` become references to the components of the same name. */
const relink = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

function operation(name: EndpointName, endpoint: Endpoint, refs: Refs): Json {
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [endpoint.path.split('/')[1]],
    ...access(endpoint.scope),
    parameters: [...parameters('path', endpoint.params), ...parameters('query', endpoint.query)],
    ...requestBody(endpoint, refs),
    responses: {
      200: { description: 'OK', content: answered(endpoint, refs) },
      default: { description: 'Refused', content: json(schemaOf(ErrorBody, 'output', refs)) },
    },
  };
}

function requestBody({ body, upload }: Endpoint, refs: Refs): Json {
  if (upload !== undefined) return { requestBody: { required: true, content: files(upload.types) } };
  if (body === undefined) return {};
  return { requestBody: { required: true, content: json(schemaOf(body, 'input', refs)) } };
}

const answered = ({ download, response }: Endpoint, refs: Refs): Json =>
  download === undefined ? json(schemaOf(response, 'output', refs)) : files(download);

const files = (types: readonly string[]): Json =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));

const json = (schema: Json): Json => ({ 'application/json': { schema } });

function access(scope: Endpoint['scope']): Json {
  if (scope === null) return { security: [] };
  if (scope === 'session') return { security: [{ session: [] }] };
  return { security: [{ session: [] }, { token: [] }], 'x-cardwatch-scope': scope };
}

function parameters(where: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  if (schema === undefined) return [];
  const made = z.toJSONSchema(schema, { io: 'input' });
  const required = new Set(made.required ?? []);
  return Object.entries(made.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.has(name),
    schema: typeof property === 'object' ? property : {},
  }));
}

const liveOperation = (refs: Refs): Json => ({
  operationId: 'live',
  summary: 'Server-sent events: what changes, each thing at most twice a second; resumes with `Last-Event-ID`',
  tags: ['live'],
  ...access('read'),
  parameters: [{ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string', pattern: '^\\d{1,15}$' } }],
  responses: {
    200: {
      description: 'Each event is one `LiveEvent`',
      content: { 'text/event-stream': { schema: schemaOf(LiveEvent, 'output', refs) } },
    },
    default: { description: 'Refused', content: json(schemaOf(ErrorBody, 'output', refs)) },
  },
});
