/** Devices that a search found, as YAML that a person completes and pastes. */
import type { Proposal } from '@cardwatch/drivers';
import { stringify } from 'yaml';

export type FoundDevice = Proposal;

/** Links and devices, each with what was seen as a comment. Text from devices stands in comments without line breaks and control characters. */
export function proposalText(name: string, found: readonly FoundDevice[]): string {
  if (found.length === 0) return `# ${name}: 没有找到设备 nothing was found\n`;
  const links = new Map<string, { readonly name: string; readonly link: FoundDevice['link'] }>();
  for (const { link } of found) {
    const key = JSON.stringify(link);
    if (!links.has(key)) links.set(key, { name: `found-${name}-${links.size + 1}`, link });
  }
  const devices = found.map((each, index) =>
    deviceText(each, `found-${name}-${index + 1}`, links.get(JSON.stringify(each.link))?.name),
  );
  return [
    `# ${name}: 找到 ${found.length} 台，补全编号、名称与位置后贴入配置 found ${found.length}; complete ids, names and places, then paste`,
    'links:',
    ...[...links.values()].map(({ name: link, link: fields }) => item({ name: link, ...fields })),
    'devices:',
    ...devices,
    '',
  ].join('\n');
}

function deviceText({ device, profiles, evidence }: FoundDevice, id: string, link: string | undefined): string {
  const [profile = '?', ...others] = profiles;
  const body = item({ id, name: id, profile, link, ...device, place: { campus: '?' } });
  const also = others.length === 0 ? [] : [`  # 也可能 or: ${others.map(plain).join(', ')}`];
  return [`  # ${plain(evidence)}`, ...also, body].join('\n');
}

const item = (fields: Readonly<Record<string, unknown>>): string =>
  stringify([fields], { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

/** What a device says of itself must not break out of its comment, nor steer a terminal. */
const plain = (text: string): string => text.slice(0, 300).replace(/\p{C}|\p{Zl}|\p{Zp}/gu, ' ');
