export { type Broker, type BrokerOptions, type BrokerStats, startBroker } from './broker.ts';
export { Credentials } from './credentials.ts';
export type { BrokerAudit, BrokerEvents, BrokerRefusal } from './events.ts';
export { type BrokerLimits, brokerLimits } from './limits.ts';
export { connectExternal, externalLimits, type ExternalLink, type ExternalOptions } from './external.ts';
