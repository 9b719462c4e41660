/**
 * A way to reach people. `send` carries one message out, once, and says what became of it; it never retries, counts or remembers: that is
 * `core/notify`. Every channel is a folder with one line in `registry.ts`.
 */
import type { AlarmLevel, ChannelFailureKind, ChannelKind } from '@cardwatch/contracts/watch';
import type { Result } from '@cardwatch/kernel';
import type { z } from 'zod';

export interface ChannelMessage {
  readonly noticeId: string;
  /** One line, already in the recipient's language. */
  readonly title: string;
  /** Plain text, already within `ChannelLimits` of the channel. */
  readonly text: string;
  readonly level: AlarmLevel;
  /** `raised` and its like, or `cleared`: some channels colour by it. */
  readonly cleared: boolean;
  /** Page of the alarm in the console; null when no public address is configured. */
  readonly link: string | null;
  /** Signed, single use, expiring; null when there is nothing to acknowledge. */
  readonly acknowledgeLink: string | null;
  /** Mail address or phone number; of robots and webhooks the name that the settings give them, so that no key stands in a row; of the console a user. */
  readonly address: string;
}

export interface Delivery {
  /** The vendor's id of the message, where it gives one. */
  readonly providerId: string | null;
  /** `delivered` where the channel's answer proves that it arrived (console, some SMS gateways). */
  readonly state: 'sent' | 'delivered';
}

export interface ChannelFailure {
  readonly kind: ChannelFailureKind;
  /** The vendor's own code, e.g. `45009`. */
  readonly code: string | null;
  /** In plain words, without addresses and secrets; at most 200 characters. */
  readonly detail: string;
  /** The vendor says not to try again before this; null: our own table decides. */
  readonly retryAfterMs: number | null;
}

/** What one message and one minute may hold. Counted per address (robot) or per channel (mail server, gateway). */
export interface ChannelLimits {
  readonly titleBytes: number;
  readonly textBytes: number;
  readonly perMinute: number;
  readonly perSecond: number | null;
  readonly countedBy: 'address' | 'channel';
}

/**
 * Every channel calls it once and waits for it, right before bytes go out that could deliver the message: by then it is kept that they may be out. When it
 * rejects none may go out, for nobody would know of them.
 */
export type HandOver = () => Promise<void>;

export interface Channel {
  readonly kind: ChannelKind;
  readonly limits: ChannelLimits;
  send(message: ChannelMessage, signal: AbortSignal, handingOver: HandOver): Promise<Result<Delivery, ChannelFailure>>;
  close(): Promise<void>;
}

/** How a channel is made: `settings` is strict, secrets in it are names of files with mode 0600 that `secret` reads. */
export interface ChannelKit<S> {
  readonly kind: ChannelKind;
  readonly settings: z.ZodType<S>;
  open(settings: S, ports: ChannelPorts): Promise<Channel>;
}

export interface ChannelPorts {
  /** Content of a file of secrets below the data folder, trimmed. */
  readonly secret: (file: string) => string;
  /** Refuses private, loopback and link-local addresses unless the configuration allows that host by name. `handingOver`: see `HandOver`. */
  readonly fetch: (url: string, init: RequestInit & { readonly handingOver?: HandOver }) => Promise<Response>;
  readonly now: () => number;
  /** Hands a message to the console's own stream; false when it does not take it. Only the console's channel needs it. */
  readonly show?: (message: ChannelMessage) => boolean;
}
