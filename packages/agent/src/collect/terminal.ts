import type { DeviceId } from '@cardwatch/contracts';
import type { CommonProfile, Observation, RawEvent, RawRecord } from '@cardwatch/drivers';
import { eventNoOf, fingerprintOf } from '../normalise/event.core.ts';
import { parseDeviceTime } from '../normalise/moment.core.ts';
import type { RecordCrypto } from '../ports.ts';
import { Recent, recentLimits } from './recent.ts';
import { eventMarginMs, restartMarginMs, type Told } from './restart.core.ts';

/** One device as its custody sees it. */
export interface Terminal {
  readonly deviceId: DeviceId;
  readonly profile: CommonProfile;
  readonly driftMs: number | undefined;
  /** `poll`: the device offers from its oldest unconfirmed record on. `listen`: what comes, comes. */
  readonly way: 'poll' | 'listen';
  readonly memory: Memory;
}

/** What was lately taken over of one device, and what it cost. Lost with the process; the collector's keys stand behind it. */
export interface Memory {
  /** By the device's own number. Of a polled terminal: what is in the journal and not yet confirmed. */
  readonly numbered: Recent<number>;
  /** By content, of events without a number. */
  readonly content: Recent<string>;
  duplicates: number;
}

export const newMemory = (): Memory => ({
  numbered: new Recent(recentLimits.records),
  content: new Recent(recentLimits.events),
  duplicates: 0,
});

/** Whose numbers the device's cursor counts: a device that sells counts records, all others events. */
export const countsRecords = ({ profile }: Terminal, { records }: Observation): boolean =>
  profile.records !== undefined || records.length > 0;

export const isSparse = ({ records, events }: CommonProfile): boolean =>
  (records === undefined ? events?.numbering : records.numbering) === 'sparse';

// A number from a record whose check failed may be anything; trusting it could jump the cursor over millions.
export const trustedNo = (raw: RawRecord): number | undefined => (raw.check === 'bad' ? undefined : raw.recordNo);

export const toldRecord = (raw: RawRecord, crypto: RecordCrypto): Told => ({
  number: trustedNo(raw),
  at: parseDeviceTime(String(raw.fields?.observedText ?? '')),
  hash: crypto.contentHash(raw.raw),
  marginMs: restartMarginMs,
});

export const toldEvent = (raw: RawEvent): Told => ({
  number: eventNoOf(raw),
  at: raw.observedAt,
  hash: fingerprintOf(raw) ?? '',
  marginMs: eventMarginMs,
});
