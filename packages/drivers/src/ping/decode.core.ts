/** Decoder `ping`: the output of fping or ping. */
import { type DecodedObservation, type Decoder, decodeLimits } from '../decode.ts';
import { type Burst, parseFping, parsePing } from './parse.core.ts';
import { statsOf } from './stats.core.ts';

/** Longest output of a burst. */
const textBytesMax = 256 * 1_024;

export const decodePing: Decoder = ({ chunks }) => {
  const reject = (reason: string): ReturnType<Decoder> => ({ frames: [], observations: [], rejected: [{ atByte: 0, reason }] });
  if (chunks.reduce((sum, chunk) => sum + chunk.length, 0) > textBytesMax)
    return reject(`longer than ${textBytesMax} bytes: too large`);
  const text = textOf(chunks);
  if (text === undefined) return reject('bytes that are no text');
  if (text.trim() === '') return reject('nothing there');
  const one = parsePing(text);
  const bursts = one === undefined ? parseFping(text) : [one];
  if (bursts === undefined) return reject(problemOf(text));
  return { frames: bursts.slice(0, decodeLimits.frames).map(frameOf), observations: bursts.map(observationOf), rejected: [] };
};

/** What is missing is not lost: a cut output is none. */
function problemOf(text: string): string {
  if (/unknown host|Name or service not known|not permitted|Network is unreachable/i.test(text))
    return 'ping could not send: no measure of the host';
  return /^PING /m.test(text)
    ? 'truncated: output of ping whose closing statistics are missing or do not fit its replies'
    : 'neither a whole output of ping nor one of fping -C';
}

function observationOf({ host, rtts }: Burst): DecodedObservation {
  const { sent, received, lossPct, medianMs, jitterMs } = statsOf(rtts);
  const times = Object.entries({ medianMs, jitterMs }).flatMap(([point, value]) =>
    value === undefined ? [] : [{ point, value, unit: 'ms' }],
  );
  return {
    kind: 'health',
    about: 'reachability',
    device: host,
    result: received === 0 ? 'noAnswer' : received < sent ? 'lossy' : 'answers',
    readings: [{ point: 'lossPct', value: lossPct, unit: '%' }, ...times],
  };
}

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
