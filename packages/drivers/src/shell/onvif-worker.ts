/** The only place that loads node-onvif: a thread of its own, ended by whoever started it. Answers one question and is done. */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

interface DeviceService {
  getSystemDateAndTime(): Promise<unknown>;
  getDeviceInformation(): Promise<{ readonly data: unknown }>;
}

interface Discovery {
  _MULTICAST_ADDRESS: string;
  _PORT: number;
  startProbe(): Promise<readonly unknown[]>;
}

interface Question {
  readonly ask: 'probe' | 'information' | 'modules';
  readonly address?: string;
  readonly port?: number;
  readonly url?: string;
  readonly user?: string;
  readonly pass?: string;
}

const load = createRequire(import.meta.url);

/** The library has no types; what is used of it was read in version 0.1.7, which is pinned. */
const discovery = (): Discovery => load('node-onvif') as Discovery;
const serviceFor = (parameters: { readonly xaddr: string; readonly user: string; readonly pass: string }): DeviceService => {
  const Service = load('node-onvif/lib/modules/service-device.js') as new (given: typeof parameters) => DeviceService;
  return new Service(parameters);
};

async function answer({ ask, address = '', port = 0, url = '', user = '', pass = '' }: Question): Promise<unknown> {
  if (ask === 'modules') {
    discovery();
    return Object.keys(load.cache);
  }
  if (ask === 'probe') {
    const library = discovery();
    library._MULTICAST_ADDRESS = address;
    library._PORT = port;
    return library.startProbe();
  }
  const service = serviceFor({ xaddr: url, user, pass });
  // Sets the difference of the clocks, by which the login is signed.
  await service.getSystemDateAndTime().catch(() => undefined);
  return (await service.getDeviceInformation()).data;
}

const port = parentPort;
answer(workerData as Question).then(
  (value) => port?.postMessage({ value: JSON.parse(JSON.stringify(value ?? null)) as unknown }),
  (error: unknown) => port?.postMessage({ error: error instanceof Error ? error.message.slice(0, 200) : 'unknown' }),
);
