import './pages.css';
import { type ReactNode, useEffect, useState } from 'react';
import { api, ApiError } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { Link, navigate, usePath } from '../router.tsx';
import { toSignIn } from '../session.ts';
import { useSettings } from '../settings.tsx';
import type { TextKey } from '../texts.ts';

const pages: { to: string; text: TextKey }[] = [
  { to: '/', text: 'overview' },
  { to: '/runs', text: 'runs' },
  { to: '/sql', text: 'sql' },
  { to: '/console', text: 'console' },
];

/** The frame of the plain pages: where one is, who one is, the way out. */
export function Shell({ title, children }: { title: string; children: ReactNode }) {
  const { lang, theme, t, setLang, setTheme } = useSettings();
  const path = usePath();
  const [me, setMe] = useState<Me | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    api.me(controller.signal).then(setMe, (error: unknown) => {
      if (error instanceof ApiError && error.status === 401) toSignIn();
    });
    return () => controller.abort();
  }, []);
  const signOut = async () => {
    await api.signOut();
    navigate('/sign-in');
  };
  return (
    <div className="page">
      <header className="page-head">
        <strong>{lang === 'zh' ? '安居' : 'Anju'}</strong>
        <nav>
          {pages.map((page) => (
            <Link key={page.to} to={page.to} current={page.to === path}>
              {t(page.text)}
            </Link>
          ))}
        </nav>
        <span className="page-tools">
          <button type="button" onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')}>
            {t('language')}
          </button>
          <button type="button" onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
            {theme === 'dark' ? t('light') : t('dark')}
          </button>
          {me && <span>{me.name}</span>}
          <button type="button" onClick={() => void signOut()}>
            {t('signOut')}
          </button>
        </span>
      </header>
      <main className="page-main">
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}

/** What went wrong and what to do, as the server says it. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const { t } = useSettings();
  return (
    <div className="failure" role="alert">
      <b>{error.message}</b>
      {error instanceof ApiError && error.where && <p>{error.where}</p>}
      {error instanceof ApiError && error.fix && <p>{error.fix}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          {t('retry')}
        </button>
      )}
    </div>
  );
}
