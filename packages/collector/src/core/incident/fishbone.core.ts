/** 鱼骨图 as SVG text: black lines on white, for paper; every word of people is escaped, long ones are cut with an ellipsis. */
import type { RootCause } from '@cardwatch/contracts/watch';

type CauseCategory = RootCause['bones'][number]['category'];

/** Characters of one bone that are drawn: a full-width character counts two. */
export const boneWidthMax = 22;
/** Bones of one category that are drawn; how many more there are is said. */
export const bonesDrawnMax = 6;

const order: readonly CauseCategory[] = ['people', 'machine', 'material', 'method', 'environment', 'measurement'];

export interface FishboneWords {
  readonly categories: Readonly<Record<CauseCategory, string>>;
  readonly more: (count: number) => string;
}

/** `head`: the fault. A4 landscape proportions, no colour, no script, no outside font. */
export function fishboneSvg(head: string, cause: Pick<RootCause, 'bones'>, words: FishboneWords): string {
  const bones = order.map((category, index) => categoryBone(category, index, cause, words)).join('');
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1120 640" width="1120" height="640" role="img">',
    `<title>${escapeXml(head)}</title>`,
    '<rect width="1120" height="640" fill="#fff"/>',
    `<g stroke="#000" stroke-width="2" fill="none"><line x1="30" y1="320" x2="880" y2="320"/><path d="M880 310 L900 320 L880 330"/></g>`,
    `<g font-family="SimSun, 'Noto Serif CJK SC', serif" font-size="16" fill="#000">`,
    ...headLines(head),
    bones,
    '</g></svg>',
  ].join('');
}

/** Text for XML: markup escaped, control characters that XML forbids left out. */
export const escapeXml = (text: string): string =>
  Array.from(text)
    .filter(isXmlCharacter)
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');

function isXmlCharacter(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20) return point === 0x9 || point === 0xa || point === 0xd;
  return (point < 0xd800 || point > 0xdfff) && point !== 0xfffe && point !== 0xffff;
}

function categoryBone(category: CauseCategory, index: number, cause: Pick<RootCause, 'bones'>, words: FishboneWords): string {
  const upper = index % 2 === 0;
  const foot = 300 + Math.floor(index / 2) * 270;
  const [top, sign] = upper ? ([70, 1] as const) : ([570, -1] as const);
  const all = cause.bones.filter((bone) => bone.category === category);
  const drawn = all.slice(0, bonesDrawnMax).map(({ text }) => text);
  const lines = all.length > drawn.length ? [...drawn, words.more(all.length - drawn.length)] : drawn;
  const texts = lines.map((text, row) => label(foot - 265, top + sign * (32 + row * 32), cut(text, boneWidthMax)));
  return [
    `<line x1="${foot - 80}" y1="${top + sign * 10}" x2="${foot}" y2="320" stroke="#000" stroke-width="1.5"/>`,
    label(foot - 100, upper ? top - 4 : top + 18, words.categories[category], true),
    ...texts,
  ].join('');
}

const headLines = (head: string): readonly string[] =>
  cutLines(head, 22, 5).map((line, row, all) => label(910, 320 + (row - (all.length - 1) / 2) * 22 + 6, line, true));

const label = (x: number, y: number, text: string, bold = false): string =>
  `<text x="${x}" y="${y}"${bold ? ' font-weight="bold"' : ''}>${escapeXml(text)}</text>`;

const widthOf = (character: string): number => ((character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1);

function cut(text: string, max: number): string {
  const [first = '', ...more] = cutLines(text, max, 2);
  return more.length === 0 ? first : `${first.slice(0, -1)}…`;
}

function cutLines(text: string, max: number, linesMax: number): readonly string[] {
  const lines: string[] = [];
  let [line, width] = ['', 0];
  for (const character of text) {
    const wide = widthOf(character);
    if (width + wide > max) {
      lines.push(line);
      [line, width] = ['', 0];
    }
    line += character;
    width += wide;
  }
  return [...lines, line].slice(0, linesMax);
}
