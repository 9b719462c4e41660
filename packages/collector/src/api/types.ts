import type { endpoints, EndpointName, ResponseOf } from '@cardwatch/contracts/api';
import type { Logger, Result } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { Caller } from '../services/caller.ts';
import type { ServiceFailure } from '../services/failure.ts';
import type { Services } from '../services/services.ts';
import type { Language } from './words.core.ts';

type Table = typeof endpoints;
type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;
type Part<K extends EndpointName, P extends string> = Table[K] extends { readonly [N in P]: infer S } ? Parsed<S> : undefined;

/** What a verb is given: checked by the schemas of its row in the endpoint table. */
export interface InputOf<K extends EndpointName> {
  readonly params: Part<K, 'params'>;
  readonly query: Part<K, 'query'>;
  readonly body: Part<K, 'body'>;
  /** The file of a row with `upload`. */
  readonly upload: Table[K] extends { readonly upload: object } ? Uint8Array : undefined;
}

/** `of`: whose cookie; left out, the session's. */
export type CookieChange = { readonly secret: string; readonly maxAgeS: number; readonly of?: 'session' | 'wall' } | 'clear';

/** A body as the table promises it, and what becomes of the session cookie. */
export interface Reply<T> {
  readonly body: T;
  readonly cookie?: CookieChange;
  /** Instead of the body, of a row with `download`. */
  readonly file?: {
    readonly bytes: Uint8Array;
    readonly type: string;
    readonly name: string /** Its address names its content. */;
    readonly isForever?: boolean;
  };
}

export type Handler<K extends EndpointName> = (
  services: Services,
  caller: Caller,
  input: InputOf<K>,
) => Promise<Result<Reply<ResponseOf<K>>, ServiceFailure>>;

/** One handler for every row of the table; a row without one does not compile. */
export type Handlers = { readonly [K in EndpointName]: Handler<K> };

/** Where the API finds what is not a service. */
export interface ApiSettings {
  /** TLS here or in front: the cookie is `Secure` and carries the `__Host-` prefix. */
  readonly secure: boolean;
  /** `/metrics` answers the machine itself without a token. */
  readonly openMetrics: boolean;
}

export interface StaticFile {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly etag: string;
  /** Its name carries a hash of its content. */
  readonly immutable: boolean;
  /** How `bytes` are packed, when the build has packed them. */
  readonly encoding?: 'br' | 'gzip';
}

/** Files of the console by URL path; `undefined` when there is none of that name. `accepts`: packings that the client takes. */
export interface StaticFiles {
  find(path: string, accepts: ReadonlySet<string>): Promise<StaticFile | undefined>;
}

/** What a request carries on its way. */
export interface ApiEnv {
  readonly Variables: {
    requestId: string;
    language: Language;
    ip: string;
    log: Logger;
    route: string;
    refused: string | undefined;
  };
  readonly Bindings: { readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } } };
}
