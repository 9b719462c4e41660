/**
 * Typed calls to another thread: an interface of asynchronous methods on this side, an object that has them on the other. Calls are answered in
 * any order. When the thread ends, what was asked and all that is asked later is rejected with `ThreadEnded`.
 *
 *   worker file:  serve<Api>(port, new Thing());          parentPort as port
 *   this side:    const { api, close } = connect<Api>(new Worker(new URL('./thing.worker.ts', import.meta.url), { workerData }));
 */
import type { MessagePort, Transferable, Worker } from 'node:worker_threads';

type Method = (...args: never[]) => Promise<unknown>;
/** What may cross: every member is an asynchronous method. */
export type Served<T> = { readonly [K in keyof T]: T[K] extends Method ? T[K] : never };

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly stack: string };

export class ThreadEnded extends Error {
  constructor(why: string) {
    super(`the thread has ended: ${why}`);
  }
}

/** Answers calls on `port` with the methods of `target`, until the port closes. */
export function serve<T extends object>(port: MessagePort, target: Served<T>): void {
  const methods = target as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
  port.on('message', (call: Call) => {
    void answer(methods, call).then((message) => port.postMessage(message));
  });
}

async function answer(
  methods: Record<string, (...args: readonly unknown[]) => Promise<unknown>>,
  { id, method, args }: Call,
): Promise<Answer> {
  try {
    const value = await methods[method]?.(...args);
    return { id, ok: true, value };
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return { id, ok: false, message: error.message, stack: error.stack ?? '' };
  }
}

export interface ThreadConnection<T> {
  readonly api: T;
  /** Resolves with the reason when the thread ends, wanted or not. */
  readonly ended: Promise<string>;
  /** Ends the thread after the calls under way. May be called twice. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** `transfersOf` names the buffers of a call that move instead of being copied; they are empty on this side afterwards. */
export function connect<T extends object>(
  worker: Worker,
  transfersOf: (method: string, args: readonly unknown[]) => readonly Transferable[] = () => [],
): ThreadConnection<T> {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let endedWhy: string | undefined;
  const end = (why: string): void => {
    if (endedWhy !== undefined) return;
    endedWhy = why;
    for (const call of waiting.values()) call.reject(new ThreadEnded(why));
    waiting.clear();
  };
  const ended = new Promise<string>((resolve) => {
    worker.once('error', (cause: unknown) => end(cause instanceof Error ? cause.message : String(cause)));
    worker.once('exit', (code) => {
      end(`exit ${code}`);
      resolve(endedWhy ?? '');
    });
  });
  worker.on('message', (message: Answer) => {
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) call?.resolve(message.value);
    else call?.reject(Object.assign(new Error(message.message), { stack: message.stack }));
  });
  const ask = (method: string, args: readonly unknown[]): Promise<unknown> => {
    if (endedWhy !== undefined) return Promise.reject(new ThreadEnded(endedWhy));
    return new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, args } satisfies Call, transfersOf(method, args));
    });
  };
  let closing: Promise<void> | undefined;
  return {
    api: facade<T>(ask),
    ended,
    close: () => {
      closing ??= Promise.allSettled([...waiting.values()].map(settled))
        .then(() => worker.terminate())
        .then(() => undefined);
      return closing;
    },
  };
}

/** A call is settled when its answer came; wrapping keeps the caller's own promise untouched. */
function settled(call: Waiting): Promise<void> {
  return new Promise((resolve) => {
    const { resolve: answered, reject: failed } = call;
    call.resolve = (value) => {
      answered(value);
      resolve();
    };
    call.reject = (error) => {
      failed(error);
      resolve();
    };
  });
}

/** Run-time guarantee: every property is a function that asks the other thread; `T` is checked where the worker calls `serve<T>`. */
function facade<T extends object>(ask: (method: string, args: readonly unknown[]) => Promise<unknown>): T {
  const methods = new Map<string, (...args: readonly unknown[]) => Promise<unknown>>();
  return new Proxy({} as T, {
    get: (_target, name) => {
      if (typeof name !== 'string' || name === 'then') return undefined;
      let method = methods.get(name);
      if (method === undefined) {
        method = (...args) => ask(name, args);
        methods.set(name, method);
      }
      return method;
    },
  });
}
