export type { Channel, ChannelFailure, ChannelLimits, ChannelMessage, ChannelPorts, Delivery } from './channel.ts';
export { loadWatchSettings, watchFile } from './config/load.ts';
export type { SettingsProblem } from './config/problem.ts';
export { secretsOf } from './config/secret-files.ts';
export { channelPorts, type PortParts } from './ports.ts';
export { closeChannels, openChannel, openChannels, type ConfiguredChannels } from './registry.ts';
export { type SecondWatchSettings, tellSecondWatch } from './second-watch.ts';
export { type ChannelSettings, WatchSettings } from './settings.ts';
export { settingsProblemText } from './words/settings-words.ts';
