/** Colours of both themes: the one place; CSS gets them as custom properties, charts read the object. */
export interface Palette {
  bg: string;
  bgGlow: string;
  panel: string;
  panelHead: string;
  border: string;
  text: string;
  muted: string;
  grid: string;
  main: string;
  accent: string;
  red: string;
  orange: string;
  green: string;
  none: string;
  tip: string;
  /** At most six, for categories only. */
  categories: string[];
  /** Five classes from low to high, where high is bad. */
  rampBad: string[];
  /** Five classes from low to high, where high is good. */
  rampGood: string[];
}

export type ThemeName = 'dark' | 'light';

export const palettes: Record<ThemeName, Palette> = {
  dark: {
    bg: '#061428',
    bgGlow: '#10305c',
    panel: '#0b2040',
    panelHead: '#12305a',
    border: '#1c4274',
    text: '#e9f3ff',
    muted: '#9fb9d9',
    grid: '#1a3961',
    main: '#38bdf8',
    accent: '#fbbf24',
    red: '#ff7b7b',
    orange: '#ffac4d',
    green: '#4ade80',
    none: '#3a4b63',
    tip: '#0f2a50',
    categories: ['#38bdf8', '#5b7cfa', '#2dd4bf', '#fbbf24', '#a78bfa', '#7f93ad'],
    rampBad: ['#23406f', '#5a4b7c', '#9c5370', '#d9704f', '#ffb04a'],
    rampGood: ['#14406f', '#175f9b', '#1f86c4', '#3fb3e6', '#95e1ff'],
  },
  light: {
    bg: '#e9f0f8',
    bgGlow: '#f7fbff',
    panel: '#ffffff',
    panelHead: '#eef5fc',
    border: '#c6d6e8',
    text: '#0f2540',
    muted: '#48607d',
    grid: '#dbe5f0',
    main: '#0a68b0',
    accent: '#b45309',
    red: '#c92a2a',
    orange: '#a84a08',
    green: '#10703a',
    none: '#c3ccd6',
    tip: '#ffffff',
    categories: ['#0a68b0', '#4257c9', '#0d9488', '#c27803', '#7c4fd0', '#74859a'],
    rampBad: ['#fdecc8', '#f9c978', '#ee9a3a', '#cf6a14', '#963f07'],
    rampGood: ['#dceefb', '#a9d4f2', '#67b1e2', '#2585c7', '#0a5591'],
  },
};

/** Publishes a palette to the style sheets. */
export function applyTheme(name: ThemeName): void {
  const style = document.documentElement.style;
  document.documentElement.dataset['theme'] = name;
  for (const [key, value] of Object.entries(palettes[name])) {
    if (typeof value === 'string') style.setProperty(`--${key}`, value);
  }
  style.colorScheme = name;
}

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminanceOf(colour: string): number {
  const channel = (at: number) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Contrast of two colours, from 1 to 21 (WCAG 2.2, 1.4.3). */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The colour of text that reads best on a filled shape. */
export function textOn(fill: string): string {
  const [ink, paper] = ['#06172d', '#ffffff'];
  return contrast(ink, fill) >= contrast(paper, fill) ? ink : paper;
}
