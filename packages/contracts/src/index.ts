export * from './batch.ts';
export * from './event.ts';
export * from './ids.ts';
export * from './reading.ts';
export * from './record.ts';
export * from './session.ts';
export * from './shape.ts';
export * from './topic.ts';
