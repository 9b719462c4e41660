/** One listener for all terminals that post to the same port; each is known by its path and its address. */
import { type Result, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, HttpAnswer, HttpArrival, Listening } from '../contract.ts';

export const pushLimits = { connections: 64, bodyBytes: 4 * 1024 * 1024, paths: 512 } as const;

export type TakePush = (request: HttpArrival) => Promise<HttpAnswer>;

interface Door {
  readonly routes: Map<string, TakePush>;
  readonly opened: Promise<Result<Listening, DriverFailure>>;
}

export interface PushPlace {
  readonly port: number;
  close(): Promise<void>;
}

export class PushHub {
  readonly #doors = new Map<string, Door>();

  /** `unreachable` when the port is taken, `unsupported` when the path is another terminal's. */
  async add(
    target: { readonly host: string; readonly port: number; readonly path: string },
    take: TakePush,
    io: DriverIo,
  ): Promise<Result<PushPlace, DriverFailure>> {
    const key = `${target.host}:${target.port}`;
    const door = this.#doors.get(key) ?? this.#open(key, target, io);
    const opened = await door.opened;
    if (!opened.ok) {
      if (this.#doors.get(key) === door) this.#doors.delete(key);
      return opened;
    }
    if (door.routes.has(target.path) || door.routes.size >= pushLimits.paths)
      return { ok: false, error: { kind: 'unsupported', detail: `another terminal pushes to ${target.path}` } };
    door.routes.set(target.path, take);
    return ok({
      port: opened.value.port,
      close: async () => {
        if (door.routes.get(target.path) === take) door.routes.delete(target.path);
        if (door.routes.size > 0 || this.#doors.get(key) !== door) return;
        this.#doors.delete(key);
        await opened.value.close();
      },
    });
  }

  #open(key: string, { host, port }: { readonly host: string; readonly port: number }, io: DriverIo): Door {
    const routes = new Map<string, TakePush>();
    const target = { host, port, connectionsMax: pushLimits.connections, bodyBytesMax: pushLimits.bodyBytes };
    const handle = async (request: HttpArrival): Promise<HttpAnswer> => {
      const path = request.url.split('?', 1)[0] ?? '';
      const take = routes.get(path);
      if (take === undefined) return { status: 404 };
      return request.method === 'POST' ? take(request) : { status: 405 };
    };
    const door = { routes, opened: io.listenHttp(target, handle) };
    this.#doors.set(key, door);
    return door;
  }
}
