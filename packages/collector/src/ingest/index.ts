export { createIngest } from './ingest.ts';
export * from './ports.ts';
