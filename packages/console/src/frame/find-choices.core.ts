import type { Scope } from '@cardwatch/contracts/api';
import type { Asked, Findable } from './find.core.ts';

/** One line under the search field. */
export type Choice =
  | { readonly kind: 'item'; readonly item: Findable }
  | { readonly kind: 'devices'; readonly text: string }
  | { readonly kind: 'tail'; readonly tail: string }
  | { readonly kind: 'recordNo'; readonly recordNo: number }
  | { readonly kind: 'alarm'; readonly alarmId: string };

/** The list of devices first, as Enter always did; then what the text can be, as far as this person may see it; then what it names. */
export function choicesOf(asked: Asked, items: readonly Findable[], scopes: readonly Scope[]): readonly Choice[] {
  const { text, tail, recordNo, alarmId } = asked;
  const mayRecords = scopes.includes('records:read');
  return [
    ...(alarmId !== undefined && scopes.includes('watch:read') ? [{ kind: 'alarm', alarmId } as const] : []),
    { kind: 'devices', text },
    ...(recordNo !== undefined && mayRecords ? [{ kind: 'recordNo', recordNo } as const] : []),
    ...(tail !== undefined && mayRecords ? [{ kind: 'tail', tail } as const] : []),
    ...items.map((item) => ({ kind: 'item', item }) as const),
  ];
}
