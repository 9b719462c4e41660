import type { BodyOf, EndpointName, endpoints, ErrorBody, ParamsOf, QueryOf, ResponseOf } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { ApiError, type ApiFailure } from './failure.ts';
import { routes } from './routes.ts';

type Part<Name extends string, T> = [T] extends [undefined] ? { readonly [K in Name]?: undefined } : { readonly [K in Name]: T };

type FileOf<K extends EndpointName> = (typeof endpoints)[K] extends { readonly upload: object } ? Blob : undefined;

/** What a call of verb `K` needs: its path parameters, query, body or file, as far as it has them. */
export type InputOf<K extends EndpointName> = Part<'params', ParamsOf<K>> &
  Part<'query', QueryOf<K>> &
  Part<'body', BodyOf<K>> &
  Part<'file', FileOf<K>>;

export interface ClientPorts {
  readonly fetch: typeof globalThis.fetch;
  /** BCP 47, goes out as `Accept-Language`, so that error sentences come in the person's language. */
  readonly language: () => string;
  readonly csrf: () => string | undefined;
  /** Called with each answer's `Date` header (epoch ms, second precision). */
  readonly heardServerTime: (at: number) => void;
}

export interface Client {
  /** Same-origin call; failures are values. */
  call<K extends EndpointName>(name: K, input: InputOf<K>, signal?: AbortSignal): Promise<Result<ResponseOf<K>, ApiFailure>>;
  /** As `call`, for TanStack Query: throws `ApiError`. */
  fetch<K extends EndpointName>(name: K, input: InputOf<K>, signal?: AbortSignal): Promise<ResponseOf<K>>;
}

export const apiPrefix = '/api/v1';

interface LooseInput {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  /** Sent as it is, instead of a body. */
  readonly file?: Blob | undefined;
}

/** `/devices/:deviceId` and its parts to a URL; an undefined or empty query value is left out. */
export function urlOf(name: EndpointName, input: LooseInput): string {
  const params = new Map(Object.entries(input.params ?? {}));
  const path = routes[name][1].replace(/:([A-Za-z]+)/g, (_, key: string) => encodeURIComponent(String(params.get(key) ?? '')));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {}))
    if (value !== undefined && value !== '') query.set(key, String(value));
  const text = query.toString();
  return `${apiPrefix}${path}${text === '' ? '' : `?${text}`}`;
}

export function createClient(ports: ClientPorts): Client {
  const call: Client['call'] = async <K extends EndpointName>(name: K, input: InputOf<K>, signal?: AbortSignal) => {
    let response: Response;
    try {
      response = await ports.fetch(urlOf(name, input), requestOf(ports, name, input, signal));
    } catch {
      return err<ApiFailure>({ kind: 'unreachable' });
    }
    noteServerTime(ports, response);
    return readAnswer<K>(response);
  };
  return {
    call,
    async fetch(name, input, signal) {
      const answer = await call(name, input, signal);
      if (!answer.ok) throw new ApiError(answer.error);
      return answer.value;
    },
  };
}

function requestOf(ports: ClientPorts, name: EndpointName, input: LooseInput, signal: AbortSignal | undefined): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': ports.language() };
  const method = routes[name][0].toUpperCase();
  const csrf = ports.csrf();
  if (method !== 'GET' && csrf !== undefined) headers['x-cardwatch-csrf'] = csrf;
  const { body, file } = input;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (file !== undefined) headers['content-type'] = file.type === '' ? 'application/octet-stream' : file.type;
  const content = file ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method,
    headers,
    credentials: 'same-origin',
    ...(content === undefined ? {} : { body: content }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function noteServerTime(ports: ClientPorts, response: Response): void {
  const at = Date.parse(response.headers.get('date') ?? '');
  if (Number.isFinite(at)) ports.heardServerTime(at);
}

/** The collector is same-origin and builds its answers from the same contract: the shape of a 2xx is taken at its word. */
async function readAnswer<K extends EndpointName>(response: Response): Promise<Result<ResponseOf<K>, ApiFailure>> {
  let json: unknown;
  try {
    json = await response.json();
  } catch {
    return err({ kind: 'malformed', status: response.status });
  }
  if (response.ok) return ok(json as ResponseOf<K>);
  if (isErrorBody(json)) return err({ kind: 'refused', status: response.status, body: json });
  return err({ kind: 'malformed', status: response.status });
}

const isErrorBody = (json: unknown): json is ErrorBody =>
  typeof json === 'object' && json !== null && 'code' in json && 'message' in json && 'requestId' in json;
