export interface IsapiTerminalOptions {
  readonly deviceId: string;
  readonly user: string;
  readonly password: string;
  /** Left out: a model of the DS-K1T671M. */
  readonly serial?: string;
  /** Largest page that it gives, whatever is asked. */
  readonly pageMax?: number;
  readonly capacity?: number;
  readonly heartbeatMs?: number;
  /** Firmware that knows beginSerialNo. */
  readonly knowsSerials?: boolean;
  /** Firmware without AcsEvent or without alertStream. */
  readonly without?: 'log' | 'stream';
  readonly triesMax?: number;
  readonly lockMs?: number;
  readonly address?: string;
}
