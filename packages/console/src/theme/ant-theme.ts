import { type ThemeConfig, theme } from 'antd';
import { palettes, type ThemeName } from './palette.ts';

const fontFamily = 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** antd's colours and measures from our palette: flat, square, dense, still. */
export function antTheme(name: ThemeName): ThemeConfig {
  const palette = palettes[name];
  return {
    algorithm:
      name === 'light' ? [theme.defaultAlgorithm, theme.compactAlgorithm] : [theme.darkAlgorithm, theme.compactAlgorithm],
    components: {
      Segmented: {
        trackBg: palette.raised,
        itemSelectedBg: palette.surface,
        itemSelectedColor: palette.accent,
        itemColor: palette.ink,
      },
    },
    token: {
      fontFamily,
      fontSize: 14,
      borderRadius: 3,
      controlHeight: 30,
      // what moves shows a change and is our own; a button of antd that was slow keeps "loading" in its name while its icon leaves
      motion: false,
      colorPrimary: palette.accent,
      colorLink: palette.accent,
      colorError: palette.level1,
      colorWarning: palette.level2,
      colorSuccess: palette.normal,
      colorBgBase: palette.surface,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.surface,
      colorBgLayout: palette.canvas,
      colorText: palette.ink,
      colorTextBase: palette.ink,
      colorTextSecondary: palette.meta,
      colorTextTertiary: palette.meta,
      colorTextDescription: palette.meta,
      colorTextPlaceholder: palette.meta,
      colorBorder: palette.line,
      colorBorderSecondary: palette.line,
      colorTextLightSolid: palette.onAccent,
      boxShadowSecondary: `0 0 0 1px ${palette.line}`,
      boxShadow: `0 0 0 1px ${palette.line}`,
    },
  };
}
