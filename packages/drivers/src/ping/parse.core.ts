/** What fping and ping print in the C locale, brought down to round-trip times in the order of sending. */

export const parseLimits = { sequence: 1_000, hosts: 256, lineCharacters: 16_384, lines: 4_096, rttMs: 600_000 } as const;

export interface Burst {
  readonly host: string;
  /** undefined: lost. */
  readonly rtts: readonly (number | undefined)[];
}

const rttOf = (text: string): number | undefined => {
  const rtt = /^\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
  return rtt !== undefined && rtt <= parseLimits.rttMs ? rtt : undefined;
};

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n', parseLimits.lines)
    .map((line) => line.trimEnd())
    .filter((line) => line.length <= parseLimits.lineCharacters);

/** `fping -C n -q`: `10.7.1.31 : 0.41 - 0.56`. Lines of another form are talk; undefined when there is not one of this form. */
export function parseFping(text: string): readonly Burst[] | undefined {
  const bursts: Burst[] = [];
  for (const line of linesOf(text)) {
    const match = /^([0-9A-Fa-f.:]{2,45}) +: ([-\d. ]+)$/.exec(line);
    if (match === null) continue;
    const words = (match[2] ?? '').trim().split(/ +/);
    const rtts = words.map(rttOf);
    const sound = words.length <= parseLimits.sequence && words.every((word, at) => word === '-' || rtts[at] !== undefined);
    if (!sound || bursts.length >= parseLimits.hosts) return undefined;
    bursts.push({ host: match[1] ?? '', rtts });
  }
  return bursts.length === 0 ? undefined : bursts;
}

/** iputils and busybox. Without the closing statistics it was cut, and what is missing is not lost: undefined. */
export function parsePing(text: string): Burst | undefined {
  const lines = linesOf(text);
  const head = lines
    .map((line) => /^PING \S+ \(([0-9A-Fa-f.:]{2,45})\)/.exec(line)?.[1] ?? headOf(line))
    .find((host) => host !== undefined);
  const summary = lines.map((line) => /^(\d{1,4}) packets transmitted, (\d{1,4}) (?:packets )?received/.exec(line)).find(Boolean);
  if (head === undefined || summary === undefined || summary === null) return undefined;
  const sent = Number(summary[1]);
  if (sent < 1 || sent > parseLimits.sequence) return undefined;
  const replies = lines.flatMap((line) => {
    const match = /^\d{1,5} bytes from .{1,64}?: (?:icmp_)?(seq|req)=(\d{1,5}) .*?time=([\d.]{1,12}) ms( \(DUP!\))?$/.exec(line);
    return match === null || match[4] !== undefined ? [] : [{ seq: Number(match[2]), rtt: rttOf(match[3] ?? '') }];
  });
  // Busybox counts from 0.
  const first = replies.some(({ seq }) => seq === 0) ? 0 : 1;
  const rtts: (number | undefined)[] = Array.from({ length: sent }, () => undefined);
  for (const { seq, rtt } of replies) {
    if (rtt === undefined || seq - first >= sent) return undefined;
    rtts[seq - first] ??= rtt;
  }
  return rtts.filter((rtt) => rtt !== undefined).length === Number(summary[2]) ? { host: head, rtts } : undefined;
}

const headOf = (line: string): string | undefined => /^PING ([0-9A-Fa-f.:]{2,45})\b/.exec(line)?.[1];
