import type { PassAttempt } from '../cluster.ts';

/** One event as the terminal keeps it: numbers, and what must never come out at the other end. */
export interface StoredEvent {
  readonly major: number;
  readonly minor: number;
  /** Device time, epoch ms. */
  readonly at: number;
  readonly serialNo: number;
  readonly person?: Pick<PassAttempt, 'personNo' | 'name' | 'card'>;
  readonly readerNo?: number;
  readonly actor?: { readonly netUser: string; readonly remoteHost: string };
  readonly picture: boolean;
}

/** What is kept between starts: the newest events, and the next number. */
export interface StoreSnapshot {
  readonly next: number;
  readonly events: readonly StoredEvent[];
}

const snapshotEvents = 400;

/** A ring of events with their own numbers; the oldest are overwritten. */
export class EventStore {
  #events: StoredEvent[] = [];
  #next = 1;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get newest(): number {
    return this.#next - 1;
  }

  get size(): number {
    return this.#events.length;
  }

  add(event: Omit<StoredEvent, 'serialNo'>): StoredEvent {
    const stored = { ...event, serialNo: this.#next++ };
    this.#events.push(stored);
    if (this.#events.length > this.#capacity) this.#events.shift();
    return stored;
  }

  /** Numbers that never stand in the log: another use of the counter, or a damaged block. */
  skip(count: number): void {
    this.#next += count;
  }

  /** As after a reset to factory settings. */
  clear(): void {
    this.#events = [];
    this.#next = 1;
  }

  snapshot(): StoreSnapshot {
    return { next: this.#next, events: this.#events.slice(-snapshotEvents) };
  }

  restore({ next, events }: StoreSnapshot): void {
    this.#next = next;
    this.#events = [...events];
  }

  matching(keep: (event: StoredEvent) => boolean): readonly StoredEvent[] {
    return this.#events.filter(keep);
  }
}

/** ISO with the offset of Shanghai. */
export const isoText = (at: number): string => `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

/** An item of InfoList. Unknown to the reader, the name stands in it. */
export function infoOf(event: StoredEvent): Record<string, unknown> {
  return {
    major: event.major,
    minor: event.minor,
    time: isoText(event.at),
    ...(event.person === undefined
      ? {}
      : {
          cardType: 1,
          name: event.person.name,
          ...(event.person.card === undefined ? {} : { cardNo: event.person.card }),
          cardReaderNo: event.readerNo ?? 1,
          employeeNoString: event.person.personNo,
          userType: 'normal',
          mask: 'no',
        }),
    doorNo: 1,
    type: 0,
    currentVerifyMode: event.person === undefined ? 'invalid' : 'cardOrFace',
    attendanceStatus: 'undefined',
    ...(event.actor === undefined ? {} : { netUser: event.actor.netUser, remoteHostAddr: event.actor.remoteHost }),
    ...(event.picture
      ? { picturesNumber: 1, pictureURL: 'http://127.0.0.1/LOCALS/pic/acsLinkCap/202611_00/x.jpeg@WEB000000000001' }
      : {}),
    serialNo: event.serialNo,
  };
}

/** The envelope of the live stream and of httpHosts. */
export function alertText(event: StoredEvent, current: boolean, deviceName: string): string {
  return JSON.stringify(
    {
      ipAddress: '127.0.0.1',
      portNo: 80,
      protocol: 'HTTP',
      macAddress: '02:00:5e:10:07:01',
      channelID: 1,
      dateTime: isoText(event.at),
      activePostCount: 1,
      eventType: 'AccessControllerEvent',
      eventState: 'active',
      eventDescription: 'Access Controller Event',
      AccessControllerEvent: {
        deviceName,
        majorEventType: event.major,
        subEventType: event.minor,
        ...(event.person === undefined
          ? { doorNo: 1 }
          : {
              cardType: 1,
              name: event.person.name,
              ...(event.person.card === undefined ? {} : { cardNo: event.person.card }),
              cardReaderKind: 1,
              cardReaderNo: event.readerNo ?? 1,
              verifyNo: 165,
              employeeNoString: event.person.personNo,
              userType: 'normal',
              currTemperature: 36.5,
            }),
        serialNo: event.serialNo,
        currentVerifyMode: event.person === undefined ? 'invalid' : 'cardOrFace',
        currentEvent: current,
        frontSerialNo: event.serialNo - 1,
        attendanceStatus: 'undefined',
        label: '',
        statusValue: 0,
        mask: event.person === undefined ? 'unknown' : 'no',
        purePwdVerifyEnable: true,
        ...(event.actor === undefined ? {} : { netUser: event.actor.netUser, remoteHostAddr: event.actor.remoteHost }),
      },
    },
    null,
    '\t',
  );
}

/** Under major 5. */
export function minorOf({ method, outcome }: PassAttempt): readonly [number, 'granted' | 'denied'] {
  if (outcome === 'granted') return [method === 'face' ? 75 : 1, 'granted'];
  if (outcome === 'stranger') return [method === 'face' ? 80 : 9, 'denied'];
  return [method === 'face' ? 76 : 6, 'denied'];
}
