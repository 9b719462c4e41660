/** Decoder `ping`: the output of fping or ping. */
import { type Decoder, decodeLimits } from '../decode.ts';
import { type Burst, parseFping, parsePing } from './parse.core.ts';
import { statsOf } from './stats.core.ts';

/** Longest output of a burst. */
const textBytesMax = 256 * 1_024;

export const decodePing: Decoder = ({ chunks }) => {
  const reject = (reason: string): ReturnType<Decoder> => ({ frames: [], observations: [], rejected: [{ atByte: 0, reason }] });
  if (chunks.reduce((sum, chunk) => sum + chunk.length, 0) > textBytesMax) return reject(`longer than ${textBytesMax} bytes`);
  const text = textOf(chunks);
  if (text === undefined) return reject('not text');
  const one = parsePing(text);
  const bursts = one === undefined ? parseFping(text) : [one];
  if (bursts === undefined) return reject('neither a whole output of ping nor one of fping -C');
  return { frames: bursts.slice(0, decodeLimits.frames).map(frameOf), observations: [], rejected: [] };
};

function textOf(chunks: readonly Uint8Array[]): string | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  } catch {
    return undefined;
  }
}

const frameOf = ({ host, rtts }: Burst): Readonly<Record<string, unknown>> => ({
  host,
  ...statsOf(rtts),
  missingSeq: rtts.flatMap((rtt, at) => (rtt === undefined ? [at + 1] : [])),
});
