import { useState } from 'react';
import { instant } from '../format.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { columnsOf } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { devices } from './api.ts';
import { deviceTitles, shownDevice } from './Devices.tsx';
import { HappenedTables } from './Happened.tsx';
import { eventTitles, figures } from './words.ts';

const { at, property, value } = eventTitles;
const readingTitles = { property, value, at };

/** One device: what the register says, what it said last, and a new credential where staff may give one. */
export function DeviceView({ deviceId }: { deviceId: string }) {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const one = useAsk(`device ${deviceId}`, (signal) => devices.one(deviceId, signal));
  const activity = useAsk(`activity ${deviceId}`, (signal) => devices.activity(deviceId, signal));
  const { error, busy, attempt } = useAttempt();
  const [token, setToken] = useState<string | null>(null);
  const renew = () => attempt(async () => setToken((await devices.newToken(deviceId)).token));
  const isOwnVoice = one.data !== null && one.data.protocol !== 'gateway' && one.data.state !== 'retired';
  const mayRenew = isOwnVoice && (me?.rights.includes('devices:manage') ?? false);
  return (
    <Shell title={`${t('devices')} ${deviceId}`}>
      <div className="choices">
        <button type="button" onClick={() => navigate('/devices')}>
          {t('showAll')}
        </button>
        <button type="button" onClick={activity.again} disabled={activity.busy}>
          {t('refresh')}
        </button>
        {mayRenew && (
          <button type="button" onClick={renew} disabled={busy}>
            {t('newCredential')}
          </button>
        )}
      </div>
      {error && <Failure error={error} />}
      {token !== null && (
        <p className="notice-line" role="status">
          {t('credentialOnce')}: <code>{token}</code>
        </p>
      )}
      {one.error && <Failure error={one.error} retry={one.again} />}
      {one.data && (
        <DataTable
          label={t('devices')}
          columns={columnsOf(deviceTitles, lang)}
          rows={[shownDevice(one.data, lang)]}
        />
      )}
      {activity.error && <Failure error={activity.error} retry={activity.again} />}
      {activity.data && (
        <>
          <h2>{t('lastReadings')}</h2>
          <DataTable
            label={t('lastReadings')}
            columns={columnsOf(readingTitles, lang, figures)}
            rows={activity.data.readings.map((each) => ({ ...each, at: instant(each.at) }))}
          />
          <HappenedTables happened={activity.data} />
        </>
      )}
    </Shell>
  );
}
