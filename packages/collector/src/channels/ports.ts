import { outboundFetch } from '../shell/outbound-fetch.ts';
import type { ChannelMessage, ChannelPorts } from './channel.ts';
import { secretsOf } from './config/secret-files.ts';
import type { WatchSettings } from './settings.ts';

export interface PortParts {
  readonly dataFolder: string;
  readonly settings: Pick<WatchSettings, 'allowHosts'>;
  readonly now: () => number;
  /** The console's stream; false when it does not take a message. */
  readonly show: (message: ChannelMessage) => boolean;
}

/** The ports that all channels of a collector share. */
export const channelPorts = ({ dataFolder, settings, now, show }: PortParts): ChannelPorts => ({
  secret: secretsOf(dataFolder),
  fetch: outboundFetch({ allowHosts: settings.allowHosts }),
  now,
  show,
});
