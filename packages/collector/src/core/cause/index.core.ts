/** The public door of the causes. */
export * from './building.core.ts';
export * from './cause.step.ts';
export * from './explain.core.ts';
export * from './facts.core.ts';
export * from './graph.core.ts';
export * from './hold.core.ts';
export * from './rows.core.ts';
export * from './suggest.core.ts';
export * from './sound.core.ts';
