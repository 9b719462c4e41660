/** Every colour of the console, by role. The contrast test reads this table; `styles.css` and antd take their colours from it alone. */
export interface Palette {
  readonly canvas: string;
  readonly surface: string;
  /** Row under the pointer, selected row, chips. */
  readonly raised: string;
  readonly ink: string;
  /** Second line, headings of columns, units. */
  readonly meta: string;
  readonly line: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly level1: string;
  readonly level2: string;
  readonly level3: string;
  readonly normal: string;
  readonly unknown: string;
  /** Bars and lines of charts: one hue. */
  readonly chart: string;
  readonly chartLate: string;
}

export const themeNames = ['light', 'dark', 'contrast'] as const;
export type ThemeName = (typeof themeNames)[number];

export const palettes: Readonly<Record<ThemeName, Palette>> = {
  light: {
    canvas: '#f3f5f7',
    surface: '#ffffff',
    raised: '#eaeef2',
    ink: '#1a2027',
    meta: '#55606d',
    line: '#d5dbe1',
    accent: '#2c5d8f',
    onAccent: '#ffffff',
    level1: '#c02e1a',
    level2: '#9c5000',
    level3: '#35659a',
    normal: '#37724f',
    unknown: '#6b7683',
    chart: '#4a7aa8',
    chartLate: '#9c5000',
  },
  dark: {
    canvas: '#12161b',
    surface: '#191f26',
    raised: '#252d37',
    ink: '#e3e8ee',
    meta: '#9daab8',
    line: '#303a46',
    accent: '#82b4e4',
    onAccent: '#0e1a26',
    level1: '#ff7a67',
    level2: '#ffa94d',
    level3: '#7fb2e5',
    normal: '#78bd95',
    unknown: '#94a1af',
    chart: '#6fa3d4',
    chartLate: '#ffa94d',
  },
  contrast: {
    canvas: '#000000',
    surface: '#000000',
    raised: '#262626',
    ink: '#ffffff',
    meta: '#e2e2e2',
    line: '#9a9a9a',
    accent: '#ffe04d',
    onAccent: '#000000',
    level1: '#ff9a8c',
    level2: '#ffc27a',
    level3: '#9fd0ff',
    normal: '#9be8b9',
    unknown: '#d5d5d5',
    chart: '#9fd0ff',
    chartLate: '#ffc27a',
  },
};

/** `surface` becomes `--surface`, for `styles.css`. */
export const cssVariables = (palette: Palette): readonly (readonly [name: string, value: string])[] =>
  Object.entries(palette).map(([role, value]) => [`--${role.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`, value]);
