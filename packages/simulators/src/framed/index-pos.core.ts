/** Model index-pos: firmware-protocols/framed/cardwatch/index-pos/datasheet.md. Pure. */
import { ByteWriter, bcdBytes, type EpochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import type { Ear, HostRequest, PosFace, PosModel, Written } from './model.ts';

const hostStart = [0xaa, 0x55] as const;
const lengthMax = 300;
const recordBytes = 64;

const xor = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

class IndexEar implements Ear {
  #heard: number[] = [];

  hear(bytes: Uint8Array): readonly HostRequest[] {
    this.#heard.push(...bytes);
    const requests: HostRequest[] = [];
    while (this.#heard.length >= 7) {
      const length = (this.#heard[2] ?? 0) + 256 * (this.#heard[3] ?? 0);
      const begins = this.#heard[0] === hostStart[0] && this.#heard[1] === hostStart[1] && length >= 2 && length <= lengthMax;
      if (begins && this.#heard.length < length + 5) break;
      const frame = Uint8Array.from(this.#heard.slice(0, length + 5));
      const sound = begins && xor(frame.subarray(2, -1)) === frame.at(-1);
      this.#heard.splice(0, sound ? frame.length : 1);
      if (sound) requests.push({ address: frame[4] ?? 0, sequence: 0, command: frame[5] ?? 0, body: frame.slice(6, -1) });
    }
    return requests;
  }

  quiet(): void {
    this.#heard = [];
  }
}

function frame({ address, command, body }: HostRequest, wrongCheck: boolean): Uint8Array {
  const length = 2 + body.length;
  const bytes = new ByteWriter(length + 5).u8(0x55).u8(0xaa).u16le(length).u8(address).u8(command).put(body).bytes;
  bytes[bytes.length - 1] = xor(bytes.subarray(2, -1)) ^ (wrongCheck ? 0x40 : 0);
  return bytes;
}

type Answer = ReturnType<PosModel['answer']>;

const refusal = (command: number, reason: number): Answer => ({ command: 0xff, body: Uint8Array.of(command, reason) });

const lengths: Readonly<Record<number, number>> = { 1: 0, 2: 0, 3: 0, 4: 3, 5: 2 };

function answer(face: PosFace, { command, body }: HostRequest, now: EpochMs): Answer {
  if (lengths[command] === undefined) return refusal(command, 1);
  if (lengths[command] !== body.length) return refusal(command, 2);
  const place = (body[0] ?? 0) + 256 * (body[1] ?? 0);
  const done = (bytes: Uint8Array): Answer => ({ command: command | 0x80, body: bytes });
  switch (command) {
    case 1:
      return done(heartbeat(face, now));
    case 2:
      return done(identity(face));
    case 3:
      return done(storeBody(face));
    case 4:
      return records(face, place, body[2] ?? 0);
    default:
      return collected(face, place);
  }
}

function heartbeat(face: PosFace, now: EpochMs): Uint8Array {
  const high = face.store.held * 5 > face.store.shape.capacity * 4;
  const status = (face.sellingOffline ? 1 : 0) | (high ? 2 : 0) | (face.coverOpen ? 4 : 0);
  return new ByteWriter(17)
    .u8(status)
    .put(clockBytes(face.clock(now)))
    .u16le(face.store.held)
    .u32le(face.blacklistVersion)
    .u16le(face.parameterVersion)
    .u16le(face.bootCounter).bytes;
}

function clockBytes(at: EpochMs | undefined): Uint8Array {
  if (at === undefined) return new Uint8Array(6);
  const { year, month, day, hour, minute, second } = shanghaiFromEpoch(at);
  return bcdBytes([year % 100, month, day, hour, minute, second].map((part) => String(part).padStart(2, '0')).join(''));
}

function identity(face: PosFace): Uint8Array {
  const model = Uint8Array.from('IP64', (letter) => letter.charCodeAt(0));
  return new ByteWriter(16).put(model).skip(4).u8(0x02).u8(0x14).put(bcdBytes(face.serial)).bytes;
}

function storeBody({ store, bootCounter }: PosFace): Uint8Array {
  const { uncollected, collected } = store;
  return new ByteWriter(32)
    .u16le(store.shape.capacity)
    .u16le(store.firstPlace)
    .u16le(store.nextPlace)
    .u32le(store.newestNo)
    .u16le(bootCounter)
    .u16le(store.life)
    .u16le(store.overwritten)
    .u32le(uncollected.records)
    .u32le(uncollected.fen)
    .u32le(collected.records)
    .u32le(collected.fen).bytes;
}

function records({ store }: PosFace, place: number, count: number): Answer {
  if (count < 1 || count > 4 || place + count > store.shape.capacity) return refusal(4, 3);
  const found = Array.from({ length: count }, (_, offset) => store.at(place + offset));
  if (found.some((raw) => raw === undefined)) return refusal(4, 4);
  const writer = new ByteWriter(3 + recordBytes * count).u16le(place).u8(count);
  for (const raw of found) writer.put(raw ?? new Uint8Array(recordBytes));
  return { command: 0x84, body: writer.bytes };
}

function collected({ store }: PosFace, place: number): Answer {
  const steps = (place - store.firstPlace + store.shape.capacity) % store.shape.capacity;
  if (place >= store.shape.capacity || steps > store.held) return refusal(5, 3);
  store.collect(steps);
  return { command: 0x85, body: new ByteWriter(2).u16le(store.firstPlace).bytes };
}

const marks: Readonly<Partial<Record<Written['kind'], number>>> = { consume: 0x99, reversal: 0xfe, grey: 0x02 };

const u24le = (value: number): Uint8Array => Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff);

function record(written: Written): Uint8Array {
  const bytes = new ByteWriter(recordBytes)
    .u32le(written.recordNo)
    .u8(marks[written.kind] ?? 0)
    .u8(0x02)
    .u8(1)
    .u8(0x11)
    .put(bcdBytes(written.card.padStart(16, '0')))
    .u32le(Number(written.card.slice(-9)))
    .put(u24le(written.cardCounter))
    .put(clockBytes(written.at))
    .put(u24le(written.beforeFen))
    .put(u24le(written.amountFen))
    .skip(2)
    .put(u24le(written.afterFen))
    .u32le((written.recordNo * 2_654_435_761) % 4_294_967_296)
    .put(bcdBytes('880000000001'))
    .u32le(written.recordNo)
    .put(bcdBytes(String(written.terminalNo).padStart(8, '0')))
    .u16le(7)
    .u16le(1)
    .skip(2).bytes;
  bytes[63] = xor(bytes.subarray(0, 63));
  return bytes;
}

export const indexPos: PosModel = {
  name: 'index-pos',
  shape: { capacity: 3_000, spare: 1, lastNo: 0xffff_ffff },
  confirmCommand: 5,
  ear: () => new IndexEar(),
  answer,
  frame,
  record,
};
