/**
 * What a picture is, by its bytes alone: PNG (ISO/IEC 15948), JPEG (ITU-T T.81), WebP (RFC 9649). It is walked from head to end, and the end of the picture is
 * the end of the file: nothing else can be hidden in front of it or behind it.
 */
import { type MapImage, mapLimits } from '@cardwatch/contracts/watch';
import { ByteReader, err, ok, type Result } from '@cardwatch/kernel';

export type Picture = Pick<MapImage, 'type' | 'widthPx' | 'heightPx'>;

/** kind: none of the three. damaged: it breaks off or is put together wrong. trailing: something follows it. side: too many pixels. */
export type PictureFault = 'kind' | 'damaged' | 'trailing' | 'side';

/** How a refusal names it. */
export type PictureFaultCode = `picture${Capitalize<PictureFault>}`;

export const pictureFaultCodes: Readonly<Record<PictureFault, PictureFaultCode>> = {
  kind: 'pictureKind',
  damaged: 'pictureDamaged',
  trailing: 'pictureTrailing',
  side: 'pictureSide',
};

type Read = Result<Picture, PictureFault>;

export function pictureOf(bytes: Uint8Array): Read {
  const read = readerOf(bytes);
  if (read === undefined) return err('kind');
  let picture: Read;
  try {
    picture = read(new ByteReader(bytes));
  } catch {
    // the reader ran over the end
    return err('damaged');
  }
  if (!picture.ok) return picture;
  const { widthPx, heightPx } = picture.value;
  if (widthPx < 1 || heightPx < 1) return err('damaged');
  return Math.max(widthPx, heightPx) > mapLimits.sidePx ? err('side') : picture;
}

const starts = (bytes: Uint8Array, ...head: readonly number[]): boolean => head.every((byte, n) => bytes[n] === byte);

function readerOf(bytes: Uint8Array): ((reader: ByteReader) => Read) | undefined {
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return png;
  if (starts(bytes, 0xff, 0xd8, 0xff)) return jpeg;
  if (starts(bytes, 0x52, 0x49, 0x46, 0x46) && starts(bytes.subarray(8), 0x57, 0x45, 0x42, 0x50)) return webp;
  return undefined;
}

const name = (reader: ByteReader): string => String.fromCharCode(...reader.take(4));

/** ISO/IEC 15948 5.3: length, type, data, CRC; the first chunk is IHDR, the last IEND. */
function png(reader: ByteReader): Read {
  reader.skip(8);
  let size: Pick<Picture, 'widthPx' | 'heightPx'> | undefined;
  for (;;) {
    const length = reader.u32();
    const type = name(reader);
    if (size === undefined) {
      if (type !== 'IHDR' || length !== 13) return err('damaged');
      size = { widthPx: reader.u32(), heightPx: reader.u32() };
      reader.skip(length - 8 + 4);
    } else reader.skip(length + 4);
    if (type === 'IEND') return reader.remaining > 0 ? err('trailing') : ok({ type: 'image/png', ...size });
  }
}

const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Stand alone, without a length: TEM and RST0 to RST7. */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** ITU-T T.81 annex B: segments up to a scan, its data up to the next marker, and so on to EOI. */
function jpeg(reader: ByteReader): Read {
  reader.skip(2);
  let size: Pick<Picture, 'widthPx' | 'heightPx'> | undefined;
  let marker = markerOf(reader);
  while (marker !== 0xd9) {
    if (marker === undefined) return err('damaged');
    const length = isBare(marker) ? 2 : reader.u16();
    if (length < 2) return err('damaged');
    const segment = new ByteReader(isBare(marker) ? new Uint8Array() : reader.take(length - 2));
    if (isFrame(marker)) {
      segment.skip(1);
      const heightPx = segment.u16();
      size = { widthPx: segment.u16(), heightPx };
    }
    marker = marker === 0xda ? afterScan(reader) : markerOf(reader);
  }
  if (size === undefined) return err('damaged');
  return reader.remaining > 0 ? err('trailing') : ok({ type: 'image/jpeg', ...size });
}

/** Fill bytes may stand before a marker (B.1.1.2). */
function markerOf(reader: ByteReader): number | undefined {
  if (reader.u8() !== 0xff) return undefined;
  let byte = reader.u8();
  while (byte === 0xff) byte = reader.u8();
  return byte;
}

/** In entropy-coded data FF is followed by 00 or a restart marker (B.1.1.5). */
function afterScan(reader: ByteReader): number {
  for (;;) {
    if (reader.u8() !== 0xff) continue;
    let byte = reader.u8();
    while (byte === 0xff) byte = reader.u8();
    if (byte !== 0x00 && !isBare(byte)) return byte;
  }
}

/** RFC 9649 2.3 to 2.7: a RIFF that ends with the file; its first chunk says how large the canvas is. */
function webp(reader: ByteReader): Read {
  reader.skip(4);
  const riffBytes = reader.u32le();
  if (riffBytes > reader.remaining) return err('damaged');
  if (riffBytes < reader.remaining) return err('trailing');
  reader.skip(4);
  let size: Pick<Picture, 'widthPx' | 'heightPx'> | undefined;
  while (reader.remaining > 0) {
    const type = name(reader);
    const length = reader.u32le();
    const chunk = reader.take(length);
    if (length % 2 === 1) reader.skip(1);
    size ??= canvasOf(type, new ByteReader(chunk));
    if (size === undefined) return err('damaged');
  }
  return size === undefined ? err('damaged') : ok({ type: 'image/webp', ...size });
}

function canvasOf(type: string, chunk: ByteReader): Pick<Picture, 'widthPx' | 'heightPx'> | undefined {
  switch (type) {
    case 'VP8X': {
      chunk.skip(4);
      const u24 = (): number => chunk.u8() + chunk.u16le() * 0x100;
      return { widthPx: u24() + 1, heightPx: u24() + 1 };
    }
    case 'VP8 ': {
      // RFC 6386 9.1: frame tag, start code, then 14 bits each
      chunk.skip(3);
      if (chunk.u8() !== 0x9d || chunk.u8() !== 0x01 || chunk.u8() !== 0x2a) return undefined;
      return { widthPx: chunk.u16le() & 0x3fff, heightPx: chunk.u16le() & 0x3fff };
    }
    case 'VP8L': {
      if (chunk.u8() !== 0x2f) return undefined;
      const bits = chunk.u32le();
      return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return undefined;
  }
}
