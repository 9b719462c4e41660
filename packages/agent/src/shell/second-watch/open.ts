/** The second watch of a checked configuration. Loaded only where there is one; mail and robots only when the first message goes. */
import { join } from 'node:path';
import type { DriverIo } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import type { Clock, Logger } from '@cardwatch/kernel';
import type { LoadedSecondWatch, LoadedTelling } from '../../config/second-watch.ts';
import { KeptSecondWatch, nothingKept } from '../../second-watch/kept.ts';
import type { OwnSide } from '../../second-watch/message.core.ts';
import { SecondWatch } from '../../second-watch/second-watch.ts';
import type { Teller } from '../../second-watch/teller.ts';
import { documentFile } from '../durable-file.ts';
import { checkCollector } from './check.ts';
import { webhookTeller } from './webhook.ts';

export interface SecondWatchPorts {
  readonly agent: string;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Logger;
  own(): OwnSide;
}

export function openSecondWatch({ settings, ca, token, tellings }: LoadedSecondWatch, ports: SecondWatchPorts): SecondWatch {
  const { clock, log, agent, dataFolder } = ports;
  const { http } = createDriverIo({ clock, log });
  const { url, everyMs, timeoutMs, failures, afterMs, againMs, degraded, language } = settings;
  return new SecondWatch({
    rules: { agent, everyMs, failures, afterMs, againMs },
    language,
    collector: new URL(url).origin,
    tellers: tellings.map((telling) => tellerOf(telling, http, clock)),
    store: documentFile(join(dataFolder, 'second-watch.json'), KeptSecondWatch, nothingKept),
    clock,
    log,
    check: (signal) => checkCollector({ url, ca, token, timeoutMs, degraded }, http, signal),
    own: () => ports.own(),
  });
}

function tellerOf(loaded: LoadedTelling, http: DriverIo['http'], clock: Clock): Teller {
  const { telling, ca, secret } = loaded;
  if (telling.by === 'webhook')
    return webhookTeller({ name: telling.name, url: telling.url, secret: secret ?? '', ca }, http, clock);
  if (telling.by !== 'mail') return robotTellerOf(telling, loaded, http, clock);
  const { name, host, port, security, user, from, to } = telling;
  const login = user === undefined || secret === undefined ? undefined : { user, pass: secret };
  return {
    name,
    by: 'mail',
    send: async (message, signal) => {
      const { mailTeller } = await import('./mail.ts');
      return mailTeller({ name, host, port, security, ca, login, from, to }).send(message, signal);
    },
    close: () => Promise.resolve(),
  };
}

function robotTellerOf(
  { by, name, url }: Exclude<LoadedTelling['telling'], { readonly by: 'webhook' | 'mail' }>,
  { ca, secret = '', sign }: Omit<LoadedTelling, 'telling'>,
  http: DriverIo['http'],
  clock: Clock,
): Teller {
  return {
    name,
    by,
    send: async (message, signal) => {
      const { robotTeller } = await import('./robot.ts');
      return robotTeller({ name, by, url, secret, sign: sign ?? null, ca }, http, clock).send(message, signal);
    },
    close: () => Promise.resolve(),
  };
}
