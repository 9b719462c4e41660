export * from './common.ts';
export * from './dto.ts';
export * from './endpoints.ts';
export * from './live.ts';
