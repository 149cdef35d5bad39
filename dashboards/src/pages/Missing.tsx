import { Link } from '../router.tsx';
import { homeOf } from '../pages.ts';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { Shell } from './Shell.tsx';

function NoPage({ text }: { text: 'missingPage' | 'forbiddenPage' }) {
  const { t } = useSettings();
  const { me } = useSession();
  return (
    <Shell title={t(text)}>
      <Link to={me ? homeOf(me) : '/'}>{t('toHome')}</Link>
    </Shell>
  );
}

export const Missing = () => <NoPage text="missingPage" />;

/** A page that is there, but not for this role. */
export const Forbidden = () => <NoPage text="forbiddenPage" />;
