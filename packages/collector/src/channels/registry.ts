/** All channels: one line each. A kit is loaded when its channel is configured, not before. */
import { ChannelKind } from '@cardwatch/contracts/watch';
import type { Channel, ChannelKit, ChannelPorts } from './channel.ts';
import type { ChannelSettings } from './settings.ts';

/** As `watch.yaml` has them: what is not configured is not opened. */
export type ConfiguredChannels = { readonly [K in ChannelKind]?: ChannelSettings[K] | undefined };

type Kits = { readonly [K in ChannelKind]: () => Promise<ChannelKit<ChannelSettings[K]>> };

export const channelKits: Kits = {
  console: async () => (await import('./console/console.ts')).consoleKit,
  mail: async () => (await import('./mail/mail.ts')).mailKit,
  sms: async () => (await import('./sms/sms.ts')).smsKit,
  wecom: async () => (await import('./wecom/wecom.ts')).wecomKit,
  dingtalk: async () => (await import('./dingtalk/dingtalk.ts')).dingtalkKit,
  feishu: async () => (await import('./feishu/feishu.ts')).feishuKit,
  webhook: async () => (await import('./webhook/webhook.ts')).webhookKit,
};

export const openChannel = async <K extends ChannelKind>(
  kind: K,
  settings: ChannelSettings[K],
  ports: ChannelPorts,
): Promise<Channel> => (await channelKits[kind]()).open(settings, ports);

/** Every channel that the settings have; the console always. Throws what `ports.secret` throws: the settings were checked before. */
export async function openChannels(
  settings: ConfiguredChannels,
  ports: ChannelPorts,
): Promise<ReadonlyMap<ChannelKind, Channel>> {
  const opened = new Map<ChannelKind, Channel>();
  for (const kind of ChannelKind.options) {
    const channel = await openConfigured(kind, settings, ports);
    if (channel !== null) opened.set(kind, channel);
  }
  return opened;
}

function openConfigured<K extends ChannelKind>(
  kind: K,
  settings: ConfiguredChannels,
  ports: ChannelPorts,
): Promise<Channel | null> {
  const own: ChannelSettings[K] | undefined = settings[kind];
  return own === undefined ? Promise.resolve(null) : openChannel(kind, own, ports);
}

/** Closes all; one that fails does not keep the others open. */
export async function closeChannels(channels: ReadonlyMap<ChannelKind, Channel>): Promise<void> {
  await Promise.allSettled([...channels.values()].map((channel) => channel.close()));
}
