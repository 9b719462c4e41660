export * from './agent.ts';
export type { CursorDocument, DeviceCursor } from './collect/cursor.ts';
export { emptyCursors } from './collect/cursor.ts';
export type * from './ports.ts';
export type { AgentStatus } from './status/status.ts';
export { createAgent } from './wiring.ts';
