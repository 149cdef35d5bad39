import './pages.css';
import { type FormEvent, useState } from 'react';
import { api } from '../api/client.ts';
import { localPath, navigate, useQuery } from '../router.tsx';
import { afterSignIn } from '../pages.ts';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { Failure } from './Shell.tsx';

export function SignIn() {
  const { lang, t, setLang } = useSettings();
  const { signedIn } = useSession();
  const next = localPath(useQuery().get('next'));
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      const me = await api.signIn(String(form.get('user')), String(form.get('password')));
      signedIn(me);
      navigate(afterSignIn(me, next), true);
    } catch (reason) {
      setError(reason instanceof Error ? reason : new Error(String(reason)));
      setBusy(false);
    }
  };
  return (
    <div className="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <h1>{lang === 'zh' ? '安居 · 住房保障数据平台' : 'Anju · public housing data'}</h1>
        <label>
          {t('user')}
          <input name="user" autoComplete="username" required autoFocus />
        </label>
        <label>
          {t('password')}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {error && <Failure error={error} />}
        <button type="submit" className="primary" disabled={busy}>
          {t('signIn')}
        </button>
        <button type="button" onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')}>
          {t('language')}
        </button>
      </form>
    </div>
  );
}
