import { z } from 'zod';
import type { Discovery, DriverIo, Proposal } from '../contract.ts';
import { parseXmlBytes } from '../web/xml-bytes.core.ts';
import { childOf } from '../web/xml.core.ts';
import { deviceTime } from './clock.core.ts';
import { isCandidate, parseXaddr, pickXaddr } from './discovery.core.ts';
import type { OnvifLibrary } from './library.ts';
import { requests } from './requests.core.ts';
import { bodyOf, envelope } from './soap.core.ts';

const Options = z.strictObject({
  /** Where the probe is sent: the multicast group of WS-Discovery, or one device. */
  address: z.ipv4().default('239.255.255.250'),
  port: z.int().min(1).max(65_535).default(3_702),
  /** Only devices within this range are believed: an address in a reply is what anybody may claim. */
  within: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/)
    .optional(),
});

const questionMs = 3_000;
const profile = 'onvif/cardwatch/profile-c-door';

/** Probes once by node-onvif, then asks each claimed address itself for its clock, without logging in. */
export const onvifDiscovery = (library: () => Promise<OnvifLibrary>): Discovery => ({
  about: {
    zh: '发送一次 WS-Discovery 探测（组播 3702 端口），再不登录地读取应答设备的时钟',
    en: 'one WS-Discovery probe (multicast, port 3702), then the clock of each device that answered, without logging in',
  },
  options: Options,
  run: (options, io, signal) => run(Options.parse(options), { io, signal, library }),
});

interface Running {
  readonly io: DriverIo;
  readonly signal: AbortSignal;
  readonly library: () => Promise<OnvifLibrary>;
}

async function* run(options: z.infer<typeof Options>, { io, signal, library }: Running): AsyncIterable<Proposal> {
  const { probe } = await library();
  const probed = await probe({ address: options.address, port: options.port });
  if (!probed.ok) {
    io.log.log('warn', 'onvifProbeFailed', { kind: probed.error.kind });
    return;
  }
  const asked = new Set<string>();
  for (const { urn, xaddrs, scopes } of probed.value) {
    const address = pickXaddr(
      xaddrs.filter((each) => isCandidate(each, options.within)),
      undefined,
    );
    if (signal.aborted) return;
    if (address === undefined || asked.has(address)) continue;
    asked.add(address);
    if (await answersClock(address, io, signal)) yield proposal(address, urn, scopes);
  }
}

async function answersClock(url: string, io: DriverIo, signal: AbortSignal): Promise<boolean> {
  const { action, body, answer } = requests.clock;
  const reply = await io.http({
    method: 'POST',
    url,
    headers: { 'content-type': `application/soap+xml; charset=utf-8; action="${action}"`, connection: 'close' },
    body: new TextEncoder().encode(envelope({ action, body })),
    deadlineMs: questionMs,
    bodyBytesMax: 64 * 1024,
    signal,
  });
  const parsed = reply.ok ? parseXmlBytes(reply.value.body) : undefined;
  const inside = parsed?.ok === true ? bodyOf(parsed.value.root) : undefined;
  const response = inside?.ok === true ? childOf(inside.value, answer) : undefined;
  return response !== undefined && deviceTime(response) !== undefined;
}

function proposal(address: string, urn: string, scopes: readonly string[]): Proposal {
  const { scheme, host, port, path } = parseXaddr(address) ?? { scheme: 'http', host: '', port: 80, path: '/' };
  const access = scopes.some((scope) => /\/Profile\/[AC]$/i.test(scope));
  const hardware =
    scopes
      .find((scope) => scope.includes('/hardware/'))
      ?.split('/')
      .pop() ?? '';
  return {
    link: { kind: 'onvif', scheme, port, path },
    device: { host },
    profiles: access ? [profile] : [],
    evidence: `answered a probe as ${urn.slice(0, 64)} ${hardware.slice(0, 40)} and tells its clock`.replace(/\s+/g, ' '),
  };
}
