/**
 * A terminal and its card centre, the agent between them: every byte goes on at once and unchanged, whatever is made of it. A connection of the
 * terminal is one connection to the host; what ends on one side ends on the other.
 */
import type { ByteStream, PeerStream } from '../contract.ts';
import type { LinePort } from './hub.ts';
import { RelayWatch } from './relay-watch.ts';

/** `heldBytes`: what one direction may have under way until its source is no longer read. `lingerMs`: for the rest to go out at the end. */
export const relayLimits = { heldBytes: 256 * 1_024, goOnBytes: 64 * 1_024, lingerMs: 10_000 } as const;

export function attendRelay(terminal: PeerStream, port: LinePort): void {
  const line = new RelayLine(terminal, port);
  terminal.onClose(() => line.closed('terminal'));
  // Nothing is read before the host is there: the terminal's bytes wait in its own socket.
  void line.connect();
}

type Side = 'terminal' | 'host';
const other = (side: Side): Side => (side === 'terminal' ? 'host' : 'terminal');

class RelayLine {
  readonly #port: LinePort;
  readonly #watch: RelayWatch;
  readonly #streams: Partial<Record<Side, ByteStream>>;
  readonly #underWay: Record<Side, number> = { terminal: 0, host: 0 };
  readonly #paused: Record<Side, boolean> = { terminal: false, host: false };
  #cancelIdle: () => void = () => {};
  #over = false;

  constructor(terminal: PeerStream, port: LinePort) {
    this.#port = port;
    this.#streams = { terminal };
    this.#watch = new RelayWatch(port, terminal.peer);
  }

  async connect(): Promise<void> {
    const { link, io } = this.#port;
    const { host = '', port = 0, connectTimeoutMs } = link;
    const opened = await io.openTcp({ host, port, connectTimeoutMs, halfOpen: true });
    if (!opened.ok) {
      io.log.log('warn', 'cardCentreUnreachable', { line: this.#port.counters.line, kind: opened.error.kind });
      this.#watch.hostUnreachable(opened.error);
      return this.#endAll();
    }
    if (this.#over) return opened.value.close();
    this.#streams.host = opened.value;
    opened.value.onClose(() => this.closed('host'));
    this.#join('terminal');
    this.#join('host');
    this.#stir();
  }

  /** One side is gone: what it sent still reaches the other side, then that ends too. */
  closed(side: Side): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelIdle();
    const rest = this.#streams[other(side)];
    if (rest === undefined) return;
    rest.onClose(() => {});
    if (rest.end === undefined) return rest.close();
    rest.end();
    this.#port.io.clock.after(relayLimits.lingerMs, () => rest.close());
  }

  #join(side: Side): void {
    const from = this.#streams[side];
    const to = this.#streams[other(side)];
    if (from === undefined || to === undefined) return;
    from.onEnd?.(() => to.end?.());
    from.onData((bytes) => {
      this.#pass(side, from, to, bytes);
      this.#stir();
      this.#watch.heard(side, bytes);
    });
  }

  #pass(side: Side, from: ByteStream, to: ByteStream, bytes: Uint8Array): void {
    this.#underWay[side] += bytes.length;
    if (this.#underWay[side] > relayLimits.heldBytes && !this.#paused[side]) {
      this.#paused[side] = true;
      from.pause?.();
    }
    // A write that fails is followed by the close of that side, which ends both.
    void to.write(bytes).then(() => {
      this.#underWay[side] -= bytes.length;
      if (!this.#paused[side] || this.#underWay[side] > relayLimits.goOnBytes) return;
      this.#paused[side] = false;
      from.resume?.();
    });
  }

  #stir(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#port.io.clock.after(this.#port.link.idleTimeoutMs, () => this.#endAll());
  }

  #endAll(): void {
    this.#over = true;
    this.#cancelIdle();
    for (const stream of Object.values(this.#streams)) stream.close();
  }
}
