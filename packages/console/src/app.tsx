import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, useMemo, useState } from 'react';
import { ConsoleProvider } from './console.tsx';
import type { Language } from './format/time.ts';
import { antTheme } from './theme/ant-theme.ts';
import { ThemeProvider, useChosenTheme } from './theme/theme.tsx';
import type { Wiring } from './wiring.tsx';
import { learn, sayIn } from './words/say.ts';
import { WordsProvider } from './words/words.tsx';

const antLocales = { zh: zhCN, en: enUS } as const;

export function App({ wiring }: { readonly wiring: Wiring }) {
  const { console, cache, router } = wiring;
  const [language, setLanguage] = useState<Language>(wiring.language());
  const theme = useChosenTheme(console.choices);
  const spoken = useMemo(
    () => ({
      language,
      say: sayIn(language),
      // Kept at once: who leaves the page while the words are on their way has chosen all the same.
      change: (chosen: Language) => {
        wiring.setLanguage(chosen);
        void learn(chosen).then(() => setLanguage(chosen));
      },
    }),
    [language, wiring],
  );
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return (
    <ThemeProvider value={theme}>
      <WordsProvider value={spoken}>
        <ConfigProvider locale={antLocales[language]} theme={antTheme(theme.name)} button={{ autoInsertSpace: false }}>
          <AntApp component={false}>
            <QueryClientProvider client={cache}>
              <ConsoleProvider value={console}>
                <RouterProvider router={router} />
              </ConsoleProvider>
            </QueryClientProvider>
          </AntApp>
        </ConfigProvider>
      </WordsProvider>
    </ThemeProvider>
  );
}
