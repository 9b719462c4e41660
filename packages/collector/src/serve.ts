/** The people's side of the collector: the desk of the store, the services over it, the HTTP server before them. */
import type { Alarm } from '@cardwatch/contracts/watch';
import type { Clock, Logger, Result } from '@cardwatch/kernel';
import { createApp } from './api/app.ts';
import { HttpFigures } from './api/http-figures.ts';
import type { ApiSettings } from './api/types.ts';
import { countedOnce } from './services/alarm/counted-once.ts';
import { LinkDoor } from './services/alarm/link-door.ts';
import { anchorAudit } from './services/audit/anchor.ts';
import type { KeyRing } from './services/keys/ring.ts';
import { alarmsEvent } from './services/live/alarms-event.core.ts';
import { LiveHub } from './services/live/hub.ts';
import { Gate } from './services/password/gate.ts';
import { type MapImages, noMapImages } from './services/maps/images.ts';
import { Passwords } from './services/password/hash.ts';
import { SessionEnds } from './services/session/ends.ts';
import type { LiveFigures, Services, SessionLimits } from './services/services.ts';
import { Previews } from './services/topology/previews.ts';
import type { WatchDesk } from './services/watch-desk.ts';
import { type HttpAddress, type HttpServer, type ListenFailure, listenHttp } from './shell/http-server.ts';
import { staticFolder } from './shell/http-static.ts';
import { type LinkReader, noLinks } from './shell/watch-key.ts';
import { watchProcess } from './shell/process-figures.ts';
import { SheetThread } from './shell/sheets-thread.ts';
import type { DeskRole } from './store/desk/roles.ts';

export interface ServeParts {
  readonly desk: DeskRole;
  readonly watch?: WatchDesk;
  readonly keys: KeyRing;
  readonly figures: () => LiveFigures;
  /** Somebody was refused by the HTTP side; told once counted. */
  readonly refused?: (refusal: string, ip: string) => void;
  /** A command row was made for this agent. */
  readonly commandMade: (agentId: string) => void;
  readonly version: string;
  readonly sessions: SessionLimits;
  readonly settings: ApiSettings;
  /** Proves the links of messages; left out, none is ours. */
  readonly links?: LinkReader;
  /** Pictures of maps; left out, none are kept. */
  readonly maps?: MapImages;
  /** Folder of the built console. */
  readonly consoleFolder: string;
  readonly address: HttpAddress;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Serving {
  readonly port: number;
  readonly services: Services;
  /** Ingest has committed: live streams look at once. */
  wake(): void;
  /** The watch has kept changes of alarms. */
  alarmsChanged(alarms: readonly Alarm[]): void;
  /** Ends streams and connections. May be called twice. */
  close(): Promise<void>;
}

/** Attempts that wait for their turn to be counted. */
const attemptsWaiting = 256;

export function createServices(parts: Omit<ServeParts, 'address' | 'consoleFolder' | 'settings'>): Services {
  const { desk, keys, figures, commandMade, version, sessions, clock, log, links = noLinks, maps = noMapImages } = parts;
  return {
    version,
    read: desk,
    people: desk,
    operations: desk,
    watch: parts.watch ?? null,
    keys,
    linkDoor: new LinkDoor({ links, people: desk, clock, log }),
    passwords: new Passwords(),
    attempts: new Gate({ running: 1, waiting: attemptsWaiting }),
    figures,
    commandMade,
    sessions,
    sessionEnds: new SessionEnds(),
    maps,
    sheets: new SheetThread(clock),
    previews: new Previews(),
    clock,
    log,
  };
}

export async function serveCollector(parts: ServeParts): Promise<Result<Serving, ListenFailure>> {
  const figures = new HttpFigures();
  const counted = parts.watch === undefined ? undefined : countedOnce(parts.watch, parts.clock);
  const services = createServices({
    ...parts,
    ...(counted === undefined ? {} : { watch: counted.watch }),
    figures: () => ({ ...parts.figures(), http: figures.refusals() }),
  });
  const { clock, log, settings } = parts;
  const refused = (refusal: string, ip: string): void => {
    figures.refuse(refusal);
    parts.refused?.(refusal, ip);
  };
  const live = new LiveHub({ read: services.read, clock, log });
  const watched = watchProcess();
  const console = staticFolder(parts.consoleFolder, clock);
  const app = createApp({ services, live, figures, process: watched.figures, console, settings, refused });
  const listening = await listenHttp((request, env) => app.fetch(request, env), parts.address, refused);
  if (!listening.ok) {
    watched.stop();
    return listening;
  }
  const server: HttpServer = listening.value;
  const stopAnchoring = anchorAudit({ people: services.people, clock, log });
  return {
    ok: true,
    value: {
      port: server.port,
      services,
      wake: () => live.wake(),
      alarmsChanged: (alarms) => {
        counted?.changed();
        live.tell([alarmsEvent(alarms)]);
      },
      close: async () => {
        stopAnchoring();
        watched.stop();
        await live.close();
        await server.close();
        await services.sheets.close();
      },
    },
  };
}
