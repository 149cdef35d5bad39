import { Link } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { Shell } from './Shell.tsx';

export function Missing() {
  const { t } = useSettings();
  return (
    <Shell title={t('missingPage')}>
      <Link to="/">{t('overview')}</Link>
    </Shell>
  );
}
