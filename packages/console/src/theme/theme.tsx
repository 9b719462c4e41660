import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react';
import type { Choices } from '../shell/storage.ts';
import { cssVariables, type Palette, palettes, type ThemeName, themeNames } from './palette.ts';

export interface ChosenTheme {
  readonly name: ThemeName;
  readonly palette: Palette;
  readonly change: (name: ThemeName) => void;
}

const Context = createContext<ChosenTheme>({ name: 'light', palette: palettes.light, change: () => {} });

export function ThemeProvider({ value, children }: { readonly value: ChosenTheme; readonly children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

export const useTheme = (): ChosenTheme => useContext(Context);

/** The theme that was chosen on this browser, or the system's; its colours are set on the root element. */
export function useChosenTheme(choices: Choices): ChosenTheme {
  const [name, setName] = useState<ThemeName>(() => themeNames.find((known) => known === choices.read('theme')) ?? systemTheme());
  useLayoutEffect(() => {
    const root = document.documentElement;
    for (const [variable, value] of cssVariables(palettes[name])) root.style.setProperty(variable, value);
    root.dataset['theme'] = name;
    root.style.colorScheme = name === 'light' ? 'light' : 'dark';
  }, [name]);
  const change = (chosen: ThemeName): void => {
    choices.write('theme', chosen);
    setName(chosen);
  };
  return { name, palette: palettes[name], change };
}

function systemTheme(): ThemeName {
  if (matchMedia('(prefers-contrast: more)').matches) return 'contrast';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
