/** A plan that somebody uploads: told by its bytes, walked to its end. */
import { pictureOf } from '../../../packages/collector/src/core/maps/picture.core.ts';
import { mapLimits } from '@cardwatch/contracts/watch';
import { fromHex } from '@cardwatch/kernel';
import { tinyPng } from '../../api/tiny-png.ts';
import { told, untouched, within } from '../same.ts';
import { type Finding, fullShare, type Target } from '../target.ts';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
const jpeg = hex('ffd8ffe000104a46494600010100000100010000ffc0000b080010001001011100ffda0008010100003f00aa55ff00ff01ffd9');
const riff = (chunk: string, data: string): Uint8Array => {
  const body = Buffer.concat([Buffer.from('WEBP'), Buffer.from(chunk), Buffer.alloc(4), hex(data)]);
  body.writeUInt32LE(data.length / 2, 8);
  const head = Buffer.from('RIFF\0\0\0\0');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
};
const webps = [riff('VP8X', '00000000130000270000'), riff('VP8L', '2f1340000000'), riff('VP8 ', '0000009d012a14002800')];

function feed(input: Uint8Array): Finding {
  const given = within(input, 0xff);
  const picture = pictureOf(given);
  if (!untouched(given, input, 0xff)) return 'wrote into its input';
  if (told(pictureOf(within(input, 0x00))) !== told(picture)) return 'reads beyond its bytes';
  if (!picture.ok) return undefined;
  const { widthPx, heightPx } = picture.value;
  const sides = [widthPx, heightPx];
  if (!sides.every((side) => Number.isInteger(side) && side >= 1 && side <= mapLimits.sidePx)) return `a side of ${told(sides)}`;
  if (pictureOf(input.subarray(0, input.length - 1)).ok) return 'is whole without its last byte';
  return pictureOf(Buffer.concat([input, Uint8Array.of(0)])).ok ? 'is whole with a byte behind it' : undefined;
}

export const pictureTargets: readonly Target[] = [
  { name: 'picture', perChange: fullShare, open: () => Promise.resolve({ seeds: [tinyPng, jpeg, ...webps], feed }) },
];
