import type { SQLOutputValue } from 'node:sqlite';
import type { Areas } from '@cardwatch/contracts/api';
import { json } from '../read/row.ts';

/** JSON that `setAreas` wrote; null: the person is for all areas. */
export const areasOf = (value: SQLOutputValue | undefined): Areas => (typeof value === 'string' ? json(value) : null);
