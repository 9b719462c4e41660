export { buildBatch, compressFromBytes, readLimitBytes } from './batch.ts';
export { helloOf } from './hello.core.ts';
export { pumpLimits } from './pump.ts';
export { uplinkLimits } from './session.ts';
export { reconnectLimits } from './supervisor.ts';
export * from './window.core.ts';
