import { useEffect, useState } from 'react';
import { Link } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { useOverviewState } from './context.ts';
import { IconAlert, IconClock, IconMenu } from './icons.tsx';
import { PROMISED_DAYS } from './overview.ts';

const DAY_MS = 86_400_000;

function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), 1000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}

/** Whole days between a business date and today. */
export function ageInDays(asOf: string, now: Date): number {
  return Math.floor((now.getTime() - new Date(`${asOf}T00:00:00`).getTime()) / DAY_MS);
}

function toggleFullscreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen();
}

export function Header() {
  const { snapshot } = useOverviewState();
  const { lang, theme, t, setLang, setTheme } = useSettings();
  const now = useNow();
  const asOf = snapshot?.asOf ?? null;
  const age = asOf ? ageInDays(asOf, now) : 0;
  const locale = lang === 'zh' ? 'zh-CN' : 'en-GB';
  return (
    <header className="head">
      <div className="head-side">
        <time className="clock">{now.toLocaleTimeString(locale, { hour12: false })}</time>
        <span>
          {now.toLocaleDateString(locale, {
            year: 'numeric',
            month: 'long',
            day: 'numeric',
            weekday: 'short',
          })}
        </span>
        <span className="as-of">
          <IconClock /> {t('dataAsOf')} <b>{asOf ?? '—'}</b>
        </span>
        {asOf && age > PROMISED_DAYS && (
          <span className="stale-badge" role="status" title={t('staleHint')}>
            <IconAlert /> {t('staleData')} · {age} {lang === 'zh' ? '天' : 'days'}
          </span>
        )}
      </div>
      <h1>{t('title')}</h1>
      <div className="head-side head-tools">
        <button type="button" onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')}>
          {t('language')}
        </button>
        <button type="button" onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
          {theme === 'dark' ? t('light') : t('dark')}
        </button>
        <button type="button" onClick={toggleFullscreen} title="F">
          {t('fullscreen')}
        </button>
        <Link to="/runs" title={t('pages')}>
          <IconMenu /> {t('pages')}
        </Link>
      </div>
    </header>
  );
}

export { toggleFullscreen };
