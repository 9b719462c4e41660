/** The pull point in virtual time, against a device whose clock stands in 1971. */
import { type Result, SeededRandom, VirtualClock, err, ok, silentLogger } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import type { DeviceSink, DriverFailure, DriverIo, HttpReply, HttpRequest, Observation } from '../contract.ts';
import { closedDoors, elapse, scriptedStart } from '../scripted/index.ts';
import { isoUtc } from './clock.core.ts';
import { onvifDriver } from './driver.ts';
import { OnvifConnection } from './connection.ts';
import { OnvifProfile } from './model.ts';

const profile = OnvifProfile.parse({
  profile: 'onvif/test/door',
  version: 1,
  protocol: 'onvif',
  title: { zh: '门', en: 'Door' },
  kind: 'gate',
  source: 'test',
  points: [],
  codes: { name: 'onvif-tns1', version: 1, reasons: {} },
});

const deviceEpochMs = Date.UTC(1971, 0, 1);

/** Answers at once, long polls after their whole time; writes down when it was asked for what. */
class Device {
  readonly clock = new VirtualClock(scriptedStart);
  readonly asked: { readonly name: string; readonly atMs: number; readonly text: string }[] = [];
  leaseS = 60;
  noRenew = false;
  down = false;
  /** Messages of the next pull. */
  messages: string[] = [];
  endsMs = 0;
  /** Pulls tell what is left of the lease. */
  tellsRest = false;

  times(): string {
    this.endsMs = this.clock.mono() + this.leaseS * 1_000;
    return this.rest();
  }

  rest(): string {
    const [now, end] = [deviceEpochMs + this.clock.mono(), deviceEpochMs + this.endsMs];
    return `<n:CurrentTime>${isoUtc(now)}</n:CurrentTime><n:TerminationTime>${isoUtc(end)}</n:TerminationTime>`;
  }

  async http({ body, signal, deadlineMs }: HttpRequest): Promise<Result<HttpReply, DriverFailure>> {
    const text = new TextDecoder().decode(body);
    const name = /<s:Body><\w+:(\w+)/.exec(text)?.[1] ?? '';
    if (signal?.aborted === true) return err({ kind: 'closed' });
    this.asked.push({ name, atMs: this.clock.mono(), text });
    if (this.down) return this.late(deadlineMs, signal, { kind: 'timeout', afterMs: deadlineMs });
    if (name === 'PullMessages' && this.messages.length === 0) {
      const waitS = Number(/PT(\d+)S/.exec(text)?.[1]);
      const cut = await this.late(waitS * 1_000, signal, undefined);
      if (!cut.ok) return cut;
    }
    const inside = this.answer(name);
    const answer =
      inside === undefined
        ? '<s:Fault><s:Code><s:Value>ter:ActionNotSupported</s:Value></s:Code></s:Fault>'
        : `<n:${name}Response>${inside}</n:${name}Response>`;
    const envelope = `<s:Envelope xmlns:s="s" xmlns:n="n" xmlns:ter="t" xmlns:a="a"><s:Body>${answer}</s:Body></s:Envelope>`;
    return ok({ status: 200, headers: {}, body: new TextEncoder().encode(envelope) });
  }

  answer(name: string): string | undefined {
    switch (name) {
      case 'GetServices':
        return '<n:Service><n:Namespace>http://www.onvif.org/ver10/events/wsdl</n:Namespace><n:XAddr>http://192.168.1.64/e</n:XAddr></n:Service>';
      case 'CreatePullPointSubscription':
        return `<n:SubscriptionReference><a:Address>http://192.168.1.64/s?1</a:Address></n:SubscriptionReference>${this.times()}`;
      case 'PullMessages':
        return (this.tellsRest ? this.rest() : '') + this.messages.splice(0).join('');
      case 'Renew':
        return this.noRenew ? undefined : this.times();
      default:
        return name === 'Unsubscribe' ? '' : undefined;
    }
  }

  late(
    ms: number,
    signal: AbortSignal | undefined,
    failure: DriverFailure | undefined,
  ): Promise<Result<never, DriverFailure> | { ok: true; value: never }> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ms, () => resolve(failure === undefined ? ok(undefined as never) : err(failure)));
      signal?.addEventListener('abort', () => {
        cancel();
        resolve(err({ kind: 'closed' }));
      });
    });
  }

  names(name: string): readonly number[] {
    return this.asked.filter((each) => each.name === name).map(({ atMs }) => atMs);
  }
}

async function listening(device: Device, accept: () => boolean = () => true) {
  const io: DriverIo = { ...closedDoors, clock: device.clock, log: silentLogger, http: (request) => device.http(request) };
  const driver = onvifDriver({ random: new SeededRandom(1), library: () => Promise.reject(new Error('not asked')) });
  const opened = await driver.open(OnvifConnection.parse({ kind: 'onvif', host: 'door' }), profile, io);
  if (!opened.ok) throw new Error('opened');
  const taken: Observation[] = [];
  const failures: string[] = [];
  const sink: DeviceSink = {
    take: (observation) => {
      if (!accept()) return Promise.resolve(err({ kind: 'notTaken', detail: 'test' }));
      taken.push(observation);
      return Promise.resolve(ok(undefined));
    },
    failed: ({ kind }) => void failures.push(kind),
  };
  opened.value.listen?.start(sink, () => undefined);
  return {
    session: opened.value,
    taken,
    failures,
    details: () =>
      taken.flatMap(({ events = [] }) => events).flatMap((event) => (event.type === 'deviceAudit' ? [event.detail] : [])),
  };
}

const granted = (person: number): string =>
  `<n:NotificationMessage><n:Topic>tns1:AccessControl/AccessGranted/Credential</n:Topic><n:Message><n:Message UtcTime="1971-01-01T00:00:01Z"><n:Data><n:SimpleItem Name="CredentialToken" Value="${person}"/></n:Data></n:Message></n:Message></n:NotificationMessage>`;

test.each([false, true])(
  'the lease is renewed at half of it for ten minutes, and not sooner; pulls tell what is left: %s',
  async (tellsRest) => {
    const device = new Device();
    device.tellsRest = tellsRest;
    const { session, failures } = await listening(device);
    await elapse(device.clock, 600_000);
    const leases = [...device.names('CreatePullPointSubscription'), ...device.names('Renew')];
    const spans = leases.slice(1).map((at, index) => at - (leases[index] ?? 0));
    expect([leases.length, Math.max(...spans) <= 31_000, Math.min(...spans) >= 29_000]).toEqual([21, true, true]);
    expect(failures).toEqual([]);
    await session.close();
    expect(device.names('Unsubscribe')).toHaveLength(1);
  },
);

test('a pull never waits beyond the renewal', async () => {
  const device = new Device();
  device.leaseS = 20;
  const { session } = await listening(device);
  await elapse(device.clock, 60_000);
  const waits = device.asked.flatMap(({ name, text }) => (name === 'PullMessages' ? [Number(/PT(\d+)S/.exec(text)?.[1])] : []));
  expect(Math.max(...waits)).toBeLessThanOrEqual(10);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1);
  await session.close();
});

test('a device that is silent for longer than the lease: a new subscription, and the gap is told with its cause', async () => {
  const device = new Device();
  const { session, failures, details } = await listening(device);
  await elapse(device.clock, 5_000);
  device.down = true;
  await elapse(device.clock, 120_000);
  device.down = false;
  await elapse(device.clock, 90_000);
  expect(new Set(failures)).toEqual(new Set(['timeout']));
  expect(details()).toEqual(['began to listen', 'the lease ran out while the device did not answer']);
  await session.close();
});

test('nothing is pulled while what was pulled is not taken', async () => {
  const device = new Device();
  let accepting = true;
  const { session, taken } = await listening(device, () => accepting);
  await elapse(device.clock, 1_000);
  accepting = false;
  device.messages = [granted(1), granted(2)];
  await elapse(device.clock, 25_000);
  const pulled = device.names('PullMessages').length;
  await elapse(device.clock, 60_000);
  expect(device.names('PullMessages')).toHaveLength(pulled);
  accepting = true;
  await elapse(device.clock, 10_000);
  const passes = taken.flatMap(({ events = [] }) => events).filter(({ type }) => type === 'pass');
  expect(passes.map((event) => event.type === 'pass' && event.personNo)).toEqual(['1', '2']);
  await session.close();
});

test('a session that is closed while it waits to try again is closed at once', async () => {
  const device = new Device();
  device.down = true;
  const { session, failures } = await listening(device);
  await elapse(device.clock, 30_000);
  expect(failures.length).toBeGreaterThan(0);
  await session.close();
  const asked = device.asked.length;
  await elapse(device.clock, 120_000);
  expect(device.asked).toHaveLength(asked);
});
