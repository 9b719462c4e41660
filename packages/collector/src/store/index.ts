export * from './roles.ts';
export { openIngestStore } from './sqlite/ingest/open.ts';
export { openIngestThread } from './sqlite/ingest/thread.ts';
