/** The table of settings in the README, taken from the schemas. */
import { WatchSettings } from '../settings.ts';
import { settingsEn } from '../words/settings-en.ts';
import { allowedBy, type SchemaNode } from './allowed.core.ts';
import { schemaOf } from './document.ts';

interface Row {
  readonly path: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

export function settingsTable(): string {
  const rows = rowsOf(schemaOf(WatchSettings), '').map(({ path, node, required }) => {
    const fallback = required ? '**required**' : defaultText(node);
    return `| \`${path}\` | ${node.description ?? ''} | ${settingsEn.allowed(allowedBy(node)).replaceAll('|', '\\|')} | ${fallback} |`;
  });
  return ['| Setting | What it is | Allowed | Default |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function rowsOf(node: SchemaNode, path: string): readonly Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const at = path === '' ? key : `${path}.${key}`;
    if (child.properties !== undefined) return rowsOf(child, at);
    const each = child.additionalProperties;
    if (typeof each === 'object' && each.properties !== undefined) return rowsOf(each, `${at}.<name>`);
    return [{ path: at, node: child, required: node.required?.includes(key) ?? false }];
  });
}

const defaultText = ({ default: value }: SchemaNode): string =>
  value === undefined || value === '' || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}'
    ? 'none'
    : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
