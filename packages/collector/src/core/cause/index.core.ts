/** The public door of the causes. */
export * from './building.core.ts';
export * from './cause-book.core.ts';
export * from './explain.core.ts';
export * from './facts.core.ts';
export * from './grace.core.ts';
export * from './graph.core.ts';
export * from './path.core.ts';
export * from './rows.core.ts';
export * from './state.core.ts';
export * from './suggest.core.ts';
export * from './sound.core.ts';
