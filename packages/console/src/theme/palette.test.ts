import { describe, expect, test } from 'vitest';
import { contrast } from './contrast.core.ts';
import { type Palette, palettes, themeNames } from './palette.ts';

const grounds = ['canvas', 'surface', 'raised'] as const satisfies readonly (keyof Palette)[];
const texts = ['ink', 'meta', 'accent', 'level1', 'level2', 'level3', 'normal'] as const satisfies readonly (keyof Palette)[];
const shapes = ['unknown', 'chart', 'chartLate'] as const satisfies readonly (keyof Palette)[];

test('the ratio is the one of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

describe.each(themeNames)('theme %s', (name) => {
  const palette = palettes[name];

  test('text stands out 4.5 : 1 from every ground', () => {
    const weak = texts.flatMap((text) =>
      grounds.filter((ground) => contrast(palette[text], palette[ground]) < 4.5).map((ground) => `${text} on ${ground}`),
    );
    expect(weak).toEqual([]);
    expect(contrast(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5);
  });

  test('shapes and bars stand out 3 : 1', () => {
    const weak = shapes.flatMap((shape) =>
      (['canvas', 'surface'] as const)
        .filter((ground) => contrast(palette[shape], palette[ground]) < 3)
        .map((ground) => `${shape} on ${ground}`),
    );
    expect(weak).toEqual([]);
  });
});
