/** Times of a serial wire (MODBUS over Serial Line V1.02, 2.5.1.1). All in ms. */
export interface WireSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** Start bit, data, parity, stop bits. */
export const charMs = (wire: WireSettings): number =>
  ((1 + wire.dataBits + (wire.parity === 'none' ? 0 : 1) + wire.stopBits) * 1_000) / wire.baudRate;

/** 3.5 characters, fixed at 1.75 ms above 19,200 baud; never below 5 ms, which is what timers and adapters keep reliably. */
export const quietGapMs = (wire: WireSettings): number => Math.max(5, wire.baudRate > 19_200 ? 1.75 : 3.5 * charMs(wire));

export const wireName = (wire: WireSettings): string =>
  `${wire.baudRate}-${wire.dataBits}${wire.parity.charAt(0).toUpperCase()}${wire.stopBits}`;
