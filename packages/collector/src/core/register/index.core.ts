/** The public door of the register. */
export { columns, headers } from './columns.core.ts';
export { exportRows } from './export.core.ts';
export * from './preview.core.ts';
export { registerRowsMax, type RegisterSheet } from './read-rows.core.ts';
export * from './register.core.ts';
export * from './row-error.core.ts';
export { sayRowError } from './say.core.ts';
