import './pages.css';
import { type ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { pages } from '../pages.ts';
import { Link, usePath } from '../router.tsx';
import { SearchBox } from '../search/SearchBox.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';

/** The frame of the plain pages: where one is, who one is, the way out. The menu has what the person may use. */
export function Shell({ title, children }: { title: string; children: ReactNode }) {
  const { lang, theme, t, setLang, setTheme } = useSettings();
  const path = usePath();
  const { me, signOut } = useSession();
  return (
    <div className="page">
      <header className="page-head">
        <strong>{lang === 'zh' ? '安居' : 'Anju'}</strong>
        <nav>
          {pages.map(
            (page) =>
              page.text &&
              me?.rights.includes(page.right) && (
                <Link key={page.path} to={page.path} current={page.path === path}>
                  {t(page.text)}
                </Link>
              ),
          )}
        </nav>
        <span className="page-tools">
          {me?.rights.includes('drill:read') && <SearchBox />}
          <button type="button" onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')}>
            {t('language')}
          </button>
          <button type="button" onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
            {theme === 'dark' ? t('light') : t('dark')}
          </button>
          {me && <span title={`${me.user} · ${t(`role_${me.role}`)}`}>{me.name}</span>}
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

const placeText = (error: ApiError) =>
  Object.entries(error.where)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ');

/** What went wrong and what to do, as the server says it. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const { t } = useSettings();
  return (
    <div className="failure" role="alert">
      <b>{error.message}</b>
      {error instanceof ApiError && placeText(error) && <p>{placeText(error)}</p>}
      {error instanceof ApiError && error.fix && <p>{error.fix}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          {t('retry')}
        </button>
      )}
    </div>
  );
}
