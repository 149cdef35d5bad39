import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Lang, type TextKey, texts } from './texts.ts';
import { applyTheme, type Palette, palettes, type ThemeName } from './theme.ts';

interface Settings {
  lang: Lang;
  theme: ThemeName;
  palette: Palette;
  t: (key: TextKey) => string;
  setLang: (lang: Lang) => void;
  setTheme: (theme: ThemeName) => void;
}

const SettingsContext = createContext<Settings | null>(null);

/** The address wins over what this browser remembers, so that a wall's link fixes its looks. */
function initial<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
  const asked = new URLSearchParams(location.search).get(name) ?? localStorage.getItem(`anju.${name}`);
  return allowed.find((value) => value === asked) ?? fallback;
}

export function SettingsProvider({ children }: { children: ReactNode }) {
  const [lang, setLang] = useState<Lang>(() => initial('lang', ['zh', 'en'] as const, 'zh'));
  const [theme, setTheme] = useState<ThemeName>(() => {
    const first = initial('theme', ['dark', 'light'] as const, 'dark');
    applyTheme(first);
    return first;
  });
  useEffect(() => {
    applyTheme(theme);
    localStorage.setItem('anju.theme', theme);
  }, [theme]);
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    document.title = texts.documentTitle[lang];
    localStorage.setItem('anju.lang', lang);
  }, [lang]);
  const value = useMemo<Settings>(
    () => ({ lang, theme, palette: palettes[theme], t: (key) => texts[key][lang], setLang, setTheme }),
    [lang, theme],
  );
  return <SettingsContext.Provider value={value}>{children}</SettingsContext.Provider>;
}

export function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (!settings) throw new Error('useSettings needs a SettingsProvider above it.');
  return settings;
}
