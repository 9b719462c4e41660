/** The public door of the register. */
export { type Column, columns, headers } from './columns.core.ts';
export * from './edit.core.ts';
export { exportRows } from './export.core.ts';
export { homeOf, type Stand, standOf } from './home.core.ts';
export * from './preview.core.ts';
export { registerRowsMax, type RegisterSheet, type RowPlace } from './read-rows.core.ts';
export * from './register.core.ts';
export * from './row-error.core.ts';
export { sayRowError } from './say.core.ts';
export * from './tree.core.ts';
