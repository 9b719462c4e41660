import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { childOf, nodeAt, parseXml } from '../web/xml.core.ts';
import { isoUtc } from './clock.core.ts';
import { OnvifConnection } from './connection.ts';
import { isCandidate, parseXaddr } from './discovery.core.ts';
import { type Notification, grantedOf, leaseMs } from './messages.core.ts';
import { bodyOf, envelope, referenceHeaders, saysNotSupported, saysUnknownResource } from './soap.core.ts';
import { meaningOf, messageKey } from './topics.core.ts';

const rootOf = (text: string) => {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.kind);
  return parsed.value;
};

describe('SOAP', () => {
  test('what is put into an envelope cannot break out of it', () => {
    const text = envelope({
      action: 'a&b',
      body: '<tds:GetServices/>',
      to: 'http://x/?a=1&b=<2>',
      messageId: 'm',
      token: { user: 'a"<&\'>b', digest: 'd', nonce: 'n', created: 'c' },
    });
    const token = nodeAt(childOf(rootOf(text), 'Header'), 'Security', 'UsernameToken', 'Username');
    expect(token?.text).toBe('a"<&\'>b');
  });

  test('reference parameters come back as headers, with their namespaces, marked', () => {
    const parameters = rootOf(
      '<wsa:P xmlns:wsa="w"><x:Id xmlns:x="urn:x" a="&quot;1">p&amp;1<x:In>2</x:In></x:Id><Id2 xmlns="urn:y"/></wsa:P>',
    );
    const echoed = rootOf(`<s:Header xmlns:s="s" xmlns:wsa="w">${referenceHeaders(parameters)}</s:Header>`);
    const [first, second] = echoed.children;
    expect([
      first?.name,
      first?.namespace,
      first?.text,
      first?.attributes.get('a'),
      first?.attributes.get('IsReferenceParameter'),
    ]).toEqual(['Id', 'urn:x', 'p&1', '"1', 'true']);
    expect([first?.children[0]?.name, second?.namespace, second?.attributes.get('IsReferenceParameter')]).toEqual([
      'In',
      'urn:y',
      'true',
    ]);
    expect(referenceHeaders(undefined)).toBe('');
  });

  test.each([
    [
      '<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:ActionNotSupported</s:Value></s:Subcode></s:Code>',
      'notSupported',
    ],
    [
      '<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Detail><n:ResourceUnknownFault xmlns:n="n"/></s:Detail>',
      'unknownResource',
    ],
    ['<faultcode>soap:Client</faultcode>', 'other'],
  ])('fault %#', (inside, kind) => {
    const body = bodyOf(rootOf(`<s:Envelope xmlns:s="s"><s:Body><s:Fault>${inside}</s:Fault></s:Body></s:Envelope>`));
    if (body.ok || typeof body.error === 'string') throw new Error('a fault');
    const told = saysNotSupported(body.error) ? 'notSupported' : saysUnknownResource(body.error) ? 'unknownResource' : 'other';
    expect(told).toBe(kind);
  });

  test('what is no envelope is said to be none', () => {
    expect(bodyOf(rootOf('<html/>'))).toMatchObject({ ok: false, error: '<html> is no SOAP envelope' });
    expect(bodyOf(rootOf('<Envelope/>'))).toMatchObject({ ok: false, error: 'an envelope without a body' });
  });
});

describe('leases', () => {
  const lease = (current: string, termination: string): number | undefined =>
    leaseMs(rootOf(`<r><CurrentTime>${current}</CurrentTime><TerminationTime>${termination}</TerminationTime></r>`));

  test.each([
    ['2026-11-23T01:51:00Z', '2026-11-23T01:53:00Z', 120_000],
    ['1971-01-01T00:00:00Z', '1971-01-01T00:01:00Z', 60_000],
    ['2026-11-23T09:51:00+08:00', '2026-11-23T01:52:00Z', 60_000],
    ['2026-11-23T01:51:00Z', '2026-11-23T01:50:00Z', -60_000],
    ['', '2026-11-23T01:50:00Z', undefined],
  ])('%s to %s', (current, termination, expected) => {
    expect(lease(current, termination)).toBe(expected);
  });

  test('a subscription without an address is none', () => {
    expect(grantedOf(rootOf('<r><CurrentTime>2026-11-23T01:51:00Z</CurrentTime></r>'))).toBeUndefined();
  });
});

describe('topics', () => {
  const codes = { name: 'onvif-tns1', version: 1, reasons: { CredentialExpired: 'expired' } };
  const context = { codes, directions: {}, now: epochMs(Date.UTC(2026, 10, 23, 2, 0, 0)), offsetMs: -540_000 };
  const message = (topic: string, data: Readonly<Record<string, string>> = {}, operation?: string): Notification => ({
    topic,
    utcText: '2026-11-23T01:51:00Z',
    operation,
    source: new Map(),
    data: new Map(Object.entries(data)),
  });

  test.each([
    ['AccessControl/AccessGranted/Credential', {}, 'pass granted'],
    ['AccessControl/AccessTaken/Anonymous', {}, 'pass taken'],
    ['AccessControl/Denied/Credential', { Reason: 'CredentialExpired' }, 'pass denied expired'],
    ['AccessControl/Denied/Credential', { Reason: 'constructor' }, 'pass denied other'],
    ['AccessControl/constructor/Credential', {}, 'pass unknown'],
    ['AccessControl/AccessGrantedX', {}, 'pass unknown'],
    ['Door/State/DoorAlarm', { State: 'DoorForcedOpen' }, 'deviceAlarm forced true'],
    ['Door/State/DoorTamper', { State: 'NotInTamper' }, 'deviceAlarm tamper false'],
    ['Door/State/DoorTamper', { State: 'Unknown' }, ''],
    ['Door/State/DoorPhysicalState', { State: 'Open' }, 'door contact open'],
    ['Door/State/DoorMode', { State: 'Locked' }, ''],
    ['Configuration/Door/Changed', {}, 'deviceAudit configurationChanged'],
    ['Device/HardwareFailure/PowerSupplyFailure', { Failed: 'true' }, 'deviceAlarm hardwareFailure true'],
    ['Device/HardwareFailure/PowerSupplyFailure', { Failed: 'false' }, 'deviceAlarm hardwareFailure false'],
    ['Monitoring/OperatingTime/LastReboot', {}, 'deviceAudit restarted'],
    ['VideoSource/MotionAlarm', { State: 'true' }, ''],
    ['', {}, ''],
  ])('%s %j', (topic, data, expected) => {
    const words = meaningOf(message(topic, data), context).events.map((event) => {
      if (event.type === 'pass') return ['pass', event.result, event.reason];
      if (event.type === 'door') return ['door', event.point, event.state];
      return event.type === 'deviceAlarm' ? [event.type, event.alarm, event.active] : [event.type, event.action];
    });
    expect(words.map((each) => each.filter((word) => word !== undefined).join(' ')).join(', ')).toBe(expected);
  });

  test('live is judged by the clock of the device', () => {
    const live = (offsetMs: number): unknown => {
      const [event] = meaningOf(message('AccessControl/AccessGranted/Credential'), { ...context, offsetMs }).events;
      return event?.type === 'pass' && event.live;
    };
    expect([live(-540_000), live(0)]).toEqual([true, false]);
  });

  test('names are counted and left behind; what could be a name is no number', () => {
    const told = meaningOf(
      message('AccessControl/AccessGranted/Credential', {
        CredentialHolderName: 'Zhang',
        CredentialToken: 'Zhang San',
        FaceImage: 'x',
      }),
      context,
    );
    expect(told.dropped).toBe(2);
    expect(JSON.stringify(told)).not.toContain('Zhang');
  });

  test('state that is told again is no event', () => {
    const told = meaningOf(message('Door/State/DoorAlarm', { State: 'DoorForcedOpen' }, 'Initialized'), context);
    expect([told.events, told.readings]).toEqual([[], [{ point: 'doorAlarm', raw: 'DoorForcedOpen' }]]);
  });

  test('only what names a credential is known again', () => {
    expect(messageKey(message('AccessControl/Denied/Anonymous'))).toBeUndefined();
    const one = messageKey(message('AccessControl/AccessGranted/Credential', { CredentialToken: '1' }));
    expect(one).toBe(messageKey(message('AccessControl/AccessGranted/Credential', { CredentialToken: '1' })));
    expect(one).not.toBe(messageKey(message('AccessControl/AccessGranted/Credential', { CredentialToken: '2' })));
  });
});

describe('addresses and credentials', () => {
  test.each([
    ['http://10.7.1.21/onvif/device_service', undefined, true],
    ['http://10.7.1.21/onvif/device_service', '10.7.0.0/16', true],
    ['http://10.8.1.21/onvif/device_service', '10.7.0.0/16', false],
    ['http://169.254.1.1/onvif/device_service', undefined, false],
    ['http://8.8.8.8/onvif/device_service', undefined, false],
    ['http://user:pw@10.7.1.21/x', undefined, false],
    ['http://10.7.1.21:99999/x', undefined, false],
    ['http://10.7.1.300/x', undefined, false],
    ['http://door.example/x', undefined, false],
    ['ftp://10.7.1.21/x', undefined, false],
  ])('%s within %s', (address, within, expected) => {
    expect(isCandidate(address, within)).toBe(expected);
  });

  test('the port of a scheme', () => {
    expect([parseXaddr('http://10.0.0.1/a')?.port, parseXaddr('https://10.0.0.1/a')?.port]).toEqual([80, 443]);
  });

  test.each([
    ['plain', 'Pass_1-2.3!', true],
    ['a<b', 'secret', false],
    ['ab', 'se&cret', false],
    ['ab', 'se cret', false],
    ['ab', 'sé', false],
  ])('%s %s', (user, password, expected) => {
    expect(OnvifConnection.safeParse({ kind: 'onvif', host: 'h', credentials: { user, password } }).success).toBe(expected);
  });

  test('UTC is written as the token wants it', () => {
    expect(isoUtc(Date.UTC(2026, 10, 23, 2, 0, 5))).toBe('2026-11-23T02:00:05Z');
  });
});
