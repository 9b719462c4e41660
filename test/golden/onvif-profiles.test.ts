/** Every case of an ONVIF model: SOAP replies played through the real driver, and what must come of them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DriverFailure,
  type DriverIo,
  type HttpReply,
  type HttpRequest,
  type Observation,
  createRegistry,
  describeProfileFailure,
  loadProfile,
} from '@cardwatch/drivers';
import { closedDoors, drive, elapse, scriptedStart } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type Result, SeededRandom, VirtualClock, err, ok, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { profileNames } from './case.ts';

/** Replies that several cases need. */
const shared = {
  clock:
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>4</tt:Hour><tt:Minute>0</tt:Minute><tt:Second>0</tt:Second></tt:Time>' +
    '<tt:Date><tt:Year>2026</tt:Year><tt:Month>11</tt:Month><tt:Day>23</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>',
  services:
    '<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/events/wsdl</tds:Namespace>' +
    '<tds:XAddr>http://192.168.1.64/onvif/event_service</tds:XAddr></tds:Service></tds:GetServicesResponse>',
  subscription:
    '<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>http://192.168.1.64/onvif/subscription?Idx=6</wsa:Address></tev:SubscriptionReference>' +
    '<wsnt:CurrentTime>2026-11-23T03:51:00Z</wsnt:CurrentTime><wsnt:TerminationTime>2026-11-23T03:52:00Z</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>',
} as const;

const Reply = z.strictObject({
  /** First element of the request's body. */
  to: z.string(),
  url: z.string().optional(),
  body: z.string().optional(),
  same: z.enum(['clock', 'services', 'subscription']).optional(),
  fault: z.string().optional(),
  raw: z.string().optional(),
});
const Case = z.strictObject({
  title: z.string(),
  task: z.enum(['live', 'listen']),
  credentials: z.boolean().default(false),
  /** In this order and no other; after the last one nothing is answered any more. */
  replies: z.array(Reply).min(1),
  failure: z.string().optional(),
  readings: z.record(z.string(), z.unknown()).default({}),
  events: z.array(z.record(z.string(), z.unknown())).default([]),
  clock: z.string().optional(),
});
type Case = z.infer<typeof Case>;

const names = profileNames(profileRoot).filter((name) => name.startsWith('onvif/'));
const all = names.flatMap((name) =>
  readdirSync(join(profileRoot, name, 'cases'))
    .sort()
    .map((file) => ({ name, file, given: Case.parse(parse(readFileSync(join(profileRoot, name, 'cases', file), 'utf8'))) })),
);
let played = 0;

describe('ONVIF models', () => {
  test.each(all)('$name $file: $given.title', async ({ name, given }) => {
    await play(name, given);
    played++;
  });

  test('every case was played', () => {
    expect(names).toEqual(['onvif/cardwatch/profile-c-door']);
    expect([all.length, played]).toEqual([6, 6]);
  });
});

const namespaces =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing" xmlns:tt="http://www.onvif.org/ver10/schema" ' +
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" ' +
  'xmlns:tdc="http://www.onvif.org/ver10/doorcontrol/wsdl" xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:ter="http://www.onvif.org/ver10/error"';
const enveloped = (body: string): string => `<s:Envelope ${namespaces}><s:Body>${body}</s:Body></s:Envelope>`;
const faulted = (code: string): string =>
  enveloped(`<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>${code}</s:Value></s:Subcode></s:Code></s:Fault>`);

function replyOf({ body, same, fault, raw }: z.infer<typeof Reply>): HttpReply {
  const text = raw ?? (fault === undefined ? enveloped(body ?? shared[same ?? 'clock']) : faulted(fault));
  return { status: fault === undefined ? 200 : 400, headers: {}, body: new TextEncoder().encode(text) };
}

async function play(name: string, given: Case): Promise<void> {
  const profile = await loadProfile(profileRoot, name);
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  const clock = new VirtualClock(scriptedStart);
  const left = [...given.replies];
  const unforeseen: string[] = [];
  const http = (request: HttpRequest): Promise<Result<HttpReply, DriverFailure>> => {
    const asked = /<s:Body><\w+:(\w+)/.exec(new TextDecoder().decode(request.body))?.[1] ?? '';
    const reply = left.shift();
    if (reply === undefined) return given.task === 'listen' ? new Promise(() => {}) : Promise.resolve(err({ kind: 'closed' }));
    if (reply.to !== asked || (reply.url !== undefined && reply.url !== request.url)) unforeseen.push(`${asked} ${request.url}`);
    return Promise.resolve(ok(replyOf(reply)));
  };
  const io: DriverIo = { ...closedDoors, clock, log: silentLogger, http };
  const driver = createRegistry(new SeededRandom(1)).get('onvif');
  const credentials = given.credentials ? { credentials: { user: 'u', password: 'secret1' } } : {};
  const opened = await driver?.open(
    driver.connection.parse({ kind: 'onvif', host: 'device', accessPoints: { 'AP-IN': 'in' }, ...credentials }),
    profile.value,
    io,
  );
  if (opened?.ok !== true) throw new Error('opened');
  const taken: Observation[] = [];
  if (given.task === 'live') {
    const live = await drive(
      clock,
      opened.value.poll?.run('live', new AbortController().signal) ?? Promise.reject(new Error('poll')),
    );
    expect(live.ok ? undefined : live.error.kind).toBe(given.failure);
    if (live.ok) taken.push(live.value);
  } else {
    const take = (observation: Observation) => Promise.resolve(ok(void taken.push(observation)));
    opened.value.listen?.start({ take, failed: () => {} }, () => undefined);
    await elapse(clock, 1_000);
  }
  expect({ unforeseen, left: left.length }).toEqual({ unforeseen: [], left: 0 });
  const readings = Object.fromEntries(taken.flatMap((each) => each.readings).map(({ point, raw }) => [point, raw]));
  expect(readings).toEqual(given.readings);
  const events = taken.flatMap((each) => each.events ?? []);
  expect(events).toHaveLength(given.events.length);
  expect(events).toMatchObject(given.events);
  expect(taken[0]?.facts.deviceClock?.text).toBe(given.clock);
  expect(JSON.stringify(taken)).not.toContain('NOT TO BE SEEN');
}
