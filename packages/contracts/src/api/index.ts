export * from './access.ts';
export * from './dto.ts';
export * from './endpoints.ts';
export * from './live.ts';
export * from './metrics-dto.ts';
export * from './reply.ts';
export * from './sla-dto.ts';
export * from './watch-dto.ts';
