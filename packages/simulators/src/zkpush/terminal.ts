import type { Clock } from '@cardwatch/kernel';
import type { DormGate, PassAttempt, TruthSink } from '../cluster.ts';
import { type Post, type Upset, post } from './post.ts';
import { type Entry, PushStore, type StoreSnapshot } from './store.core.ts';
import { type Family, bytesOf, doorState, gbkTail, line, userUpload } from './text.core.ts';

export interface TerminalParts {
  readonly clock: Clock;
  readonly truth: TruthSink;
  readonly port: number;
  readonly deviceId: string;
  readonly serial: string;
  readonly family: Family;
}

const pace = { batch: 100, errorMs: 500, idleMs: 2_000 } as const;
const verifyOf = { face: 15, card: 4, qr: 24 } as const;
/** Event codes of the reference access terminal, from its data sheet. */
const codes = { granted: 0, denied: 23, stranger: 27, exitButton: 202, forced: 102, heldOpen: 28, tamper: 55 } as const;

const noBytes = new Uint8Array();

/** One push terminal: it dials in, introduces itself, and offers its memory until it is acknowledged. */
export class ZkTerminal implements DormGate {
  readonly device = 'gate';
  readonly deviceId: string;
  readonly #parts: TerminalParts;
  readonly #store = new PushStore();
  /** Lasting faults. */
  readonly faults = new Set<string>();
  #private: string[] = [];
  #doorOpen = false;
  #alarm = false;
  #skewMs = 0;
  #introduced = false;
  #extra: Uint8Array[] = [];
  #cancel: (() => void) | undefined;
  #running = false;
  #again = false;
  #closed = false;
  #sent = 0;

  constructor(parts: TerminalParts) {
    this.#parts = parts;
    this.deviceId = parts.deviceId;
    this.#wake(0);
  }

  get waiting(): number {
    return this.#store.waiting;
  }

  /** Requests made so far. */
  get sent(): number {
    return this.#sent;
  }

  pass({ personNo, name, card, direction, method, outcome }: PassAttempt): void {
    const { family, truth, deviceId } = this.#parts;
    const refused = outcome !== 'granted';
    // An attendance terminal writes down only whom it recognised.
    if (family === 'attendance' && refused) return;
    this.#private = [userUpload(family, personNo, name)];
    const entry = this.#append({
      pin: outcome === 'stranger' ? '0' : personNo,
      card: card ?? '0',
      event: codes[outcome],
      way: direction === 'in' ? 0 : 1,
      verify: verifyOf[method],
    });
    const eventNo = family === 'access' ? entry.no : undefined;
    truth.pass({ deviceId, generation: 1, eventNo, result: refused ? 'denied' : 'granted', method, at: entry.at });
    this.#wake(0);
  }

  /** Something at the door, in the memory of an access terminal. */
  door(event: 'exitButton' | 'forced' | 'heldOpen' | 'tamper'): void {
    this.#doorOpen = event !== 'tamper';
    this.#alarm = event !== 'exitButton';
    if (this.#parts.family === 'access') this.#append({ pin: '0', card: '0', event: codes[event], way: 2, verify: 200 });
    this.#wake(0);
  }

  calm(): void {
    this.#doorOpen = false;
    this.#alarm = false;
  }

  /** A body that the terminal sends once, as it is. */
  send(body: Uint8Array): void {
    this.#extra.push(body);
    this.#wake(0);
  }

  skew(deltaMs: number): void {
    this.#skewMs += deltaMs;
  }

  restart(): void {
    this.#introduced = false;
    this.#wake(0);
  }

  /** Sends again what was acknowledged. */
  repeat(): void {
    const lines = this.#store.before(pace.batch).map((entry) => line(this.#parts.family, entry));
    if (lines.length > 0) this.send(bytesOf(lines));
  }

  snapshot(): StoreSnapshot {
    return this.#store.snapshot();
  }

  restore(snapshot: StoreSnapshot): void {
    this.#store.restore(snapshot);
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #append(entry: Omit<Entry, 'no' | 'at'>): Entry {
    return this.#store.append({ ...entry, at: this.#parts.clock.now() + this.#skewMs });
  }

  #wake(afterMs: number): void {
    if (this.#closed) return;
    this.#again = true;
    if (this.#running) return;
    this.#cancel?.();
    this.#cancel = this.#parts.clock.after(afterMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#again = false;
    const went = this.faults.has('noAnswer') ? true : await this.#round();
    this.#running = false;
    this.#wake(went ? (this.#again || this.#store.waiting > 0 ? 1 : pace.idleMs) : pace.errorMs);
  }

  /** True when the far side took all that was offered. */
  async #round(): Promise<boolean> {
    if (!this.#introduced && !(await this.#introduce())) return false;
    const extra = this.#extra.shift();
    if (extra !== undefined) return (await this.#data(extra, this.#store.acked)) !== undefined;
    const batch = this.#store.batch(pace.batch);
    const last = batch.at(-1);
    if (last !== undefined) {
      const answer = await this.#data(this.#encoded(batch), last.no);
      if (answer?.startsWith('OK') !== true) return false;
      this.#store.ack(last.no);
      await this.#gossip(batch);
      return true;
    }
    return (await this.#ask('GET', 'getrequest', `INFO=Ver 8.0.4.4,3,0,${this.#store.acked},127.0.0.1`)) === 'OK';
  }

  #encoded(batch: readonly Entry[]): Uint8Array {
    const lines = batch.map((entry) => line(this.#parts.family, entry));
    const whole = bytesOf(lines);
    const bad = [
      ...(this.faults.has('shortColumns') ? bytesOf(['2023070199\t2026-11-23 07:00:00']) : []),
      ...(this.faults.has('nul') ? Uint8Array.of(0x31, 0x00, 0x32, 0x0a) : []),
      ...(this.faults.has('gbk') ? gbkTail : []),
    ];
    return bad.length === 0 ? whole : Uint8Array.of(...whole, ...bad);
  }

  async #introduce(): Promise<boolean> {
    const access = this.#parts.family === 'access';
    const hello = access ? 'options=all&pushver=3.1.2&DeviceType=acc' : 'options=all&pushver=2.4.1&language=83';
    const options = await this.#ask('GET', 'cdata', hello);
    if (options === undefined || options === '') return false;
    if (access && !options.startsWith('registry=ok') && !(await this.#register())) return false;
    const stamp = /^ATTLOGStamp=(\d+)/m.exec(options)?.[1];
    if (stamp !== undefined) this.#store.ack(Number(stamp));
    this.#introduced = true;
    return true;
  }

  async #register(): Promise<boolean> {
    const about = `DeviceType=acc,~DeviceName=FaceGate,FirmVer=ZAM170-NF-Ver1.4.2,LockCount=1,MachineType=101,~OEMVendor=EXAMPLE CO., LTD.`;
    const answer = await this.#ask('POST', 'registry', '', bytesOf([about]));
    return answer?.startsWith('RegistryCode=') === true && (await this.#ask('POST', 'push', '')) !== undefined;
  }

  /** What terminals tell although nobody asked: users by name, a picture, the state of the door. */
  async #gossip(batch: readonly Entry[]): Promise<void> {
    const { family, clock } = this.#parts;
    const state = bytesOf([doorState(clock.now() + this.#skewMs, this.#doorOpen, this.#alarm)]);
    if (family === 'access') await this.#ask('POST', 'cdata', 'table=rtstate', state);
    const told = this.#private.splice(0);
    if (told.length === 0 || batch.length === 0) return;
    const table = family === 'attendance' ? 'table=OPERLOG&OpStamp=1' : `table=tabledata&tablename=user&count=${told.length}`;
    await this.#ask('POST', 'cdata', table, bytesOf(told));
    await this.#ask(
      'POST',
      'fdata',
      'table=ATTPHOTO',
      bytesOf([`PIN=1.jpg\tSN=${this.#parts.serial}\tCMD=uploadphoto`, ...told]),
    );
  }

  #data(body: Uint8Array, stamp: number): Promise<string | undefined> {
    const table = this.#parts.family === 'attendance' ? `table=ATTLOG&Stamp=${stamp}` : 'table=rtlog';
    return this.#ask('POST', 'cdata', table, body);
  }

  async #ask(method: Post['method'], name: string, query: string, body: Uint8Array = noBytes): Promise<string | undefined> {
    if (this.#closed) return undefined;
    this.#sent++;
    const serial = this.faults.has('unknownSerial') ? 'STRANGER0001' : this.#parts.serial;
    const upset = (['ackLost', 'cutBody', 'stall', 'trickle'] as const).find((each) => this.faults.has(each));
    const path = `/iclock/${name}?SN=${serial}${query === '' ? '' : `&${query.replaceAll(' ', '%20')}`}`;
    const spoilt: Upset | undefined = method === 'POST' ? upset : undefined;
    return post({ port: this.#parts.port, method, path, body, upset: spoilt }, this.#parts.clock);
  }
}
