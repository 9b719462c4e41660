/** What one change of the register did, as a line: what was before, what is after. */
import { day } from '../../format/time.ts';

type Shown = Readonly<Record<string, unknown>> | null;

/** Words of the parts, in the reader's language. */
export interface EditWords {
  readonly nothing: string;
  readonly open: string;
  readonly zone: string;
  readonly cluster: string;
  readonly port: string;
}

export function shownText(table: 'places' | 'topology' | 'bindings', row: Shown, words: EditWords): string {
  if (row === null) return words.nothing;
  switch (table) {
    case 'places':
      return [text(row['area']), labelled(words.zone, row['zone']), labelled(words.cluster, row['cluster'])]
        .filter(isTold)
        .join(' · ');
    case 'topology':
      return [waysText(row['upstream']), labelled(words.port, row['port'])].filter(isTold).join(' · ') || words.nothing;
    case 'bindings':
      return `${text(row['merchantId'])} ${text(row['merchantName'])} ${dayOf(row['validFrom'], '')} – ${dayOf(row['validTo'], words.open)}`;
    default:
      return '';
  }
}

const isTold = (part: string): boolean => part !== '';
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const labelled = (word: string, value: unknown): string => (text(value) === '' ? '' : `${word} ${text(value)}`);
const dayOf = (value: unknown, otherwise: string): string => (typeof value === 'number' ? day(value) : otherwise);

function waysText(upstream: unknown): string {
  if (!Array.isArray(upstream)) return '';
  return upstream
    .map((group: unknown) => {
      const parents = typeof group === 'object' && group !== null && 'parents' in group ? group.parents : [];
      return Array.isArray(parents) ? parents.map(String).join(' | ') : '';
    })
    .join('; ');
}
