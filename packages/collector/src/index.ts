export * from './wiring.ts';
