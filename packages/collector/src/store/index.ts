export * from './roles.ts';
export { openIngestStore } from './sqlite/ingest/open.ts';
export { openCustodyFile, refuseOldSqlite } from './sqlite/connection.ts';
export { migrate } from './sqlite/migrate.ts';
export { openIngestThread } from './sqlite/ingest/thread.ts';
export { openSqliteFeed } from './sqlite/feed/open.ts';
export { type CustodyFeed, feedLimits } from './feed/roles.ts';
export { openSqliteWatch } from './sqlite/watch/open.ts';
