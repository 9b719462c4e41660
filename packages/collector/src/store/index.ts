export * from './roles.ts';
export { openIngestStore } from './sqlite/ingest/open.ts';
export { openCustodyFile } from './sqlite/connection.ts';
export { openIngestThread } from './sqlite/ingest/thread.ts';
