import type { FormEvent } from 'react';
import { instant } from '../format.ts';
import { DataTable, type Row } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import type { Lang } from '../texts.ts';
import { type Device, devices } from './api.ts';
import { DeviceView } from './DeviceView.tsx';
import { HappenedTables } from './Happened.tsx';
import { word } from './words.ts';

const PAGE = 200;
export const deviceTitles = {
  deviceId: ['设备编号', 'Device'],
  product: ['产品', 'Product'],
  name: ['名称', 'Name'],
  meterNo: ['表号', 'Meter'],
  houseCode: ['房屋编码', 'Dwelling'],
  place: ['位置', 'Place'],
  protocolText: ['接入', 'Protocol'],
  onlineText: ['在线', 'Online'],
  lastSeen: ['最近上报', 'Last seen'],
  stateText: ['状态', 'State'],
} as const;
const online = ['在线与离线', 'on- and offline'] as const;

export const shownDevice = (one: Device, lang: Lang): Row => ({
  ...one,
  protocolText: word(one.protocol, lang),
  onlineText: one.state === 'enabled' ? word(one.isOnline ? 'online' : 'offline', lang) : '',
  lastSeen: one.lastSeenAt ? instant(one.lastSeenAt) : '',
  stateText: word(one.state, lang),
});

/** The register of devices, who of them speaks, and what went wrong lately. */
export function Devices() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const asked = new URLSearchParams({ limit: String(PAGE) });
  for (const name of ['search', 'online', 'state', 'after']) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const overview = useAsk('overview', devices.overview);
  const list = useAsk(`devices ${asked}`, (signal) => devices.list(asked, signal));
  const deviceId = query.get('device');
  if (deviceId) return <DeviceView deviceId={deviceId} />;
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim() || null;
    navigate(
      withQuery({ search: text('search'), online: text('online'), state: text('state'), after: null }),
    );
  };
  const again = () => {
    overview.again();
    list.again();
  };
  const found = list.data?.devices ?? [];
  return (
    <Shell title={t('devices')}>
      <form className="choices" onSubmit={find} key={asked.toString()}>
        <input
          name="search"
          defaultValue={query.get('search') ?? ''}
          placeholder={said(deviceTitles.deviceId, lang)}
          aria-label={said(deviceTitles.deviceId, lang)}
        />
        <select name="online" defaultValue={query.get('online') ?? ''} aria-label={said(online, lang)}>
          <option value="">{said(online, lang)}</option>
          <option value="true">{word('online', lang)}</option>
          <option value="false">{word('offline', lang)}</option>
        </select>
        <select
          name="state"
          defaultValue={query.get('state') ?? ''}
          aria-label={said(deviceTitles.stateText, lang)}
        >
          <option value="">{t('allStates')}</option>
          {['enabled', 'disabled', 'retired'].map((one) => (
            <option key={one} value={one}>
              {word(one, lang)}
            </option>
          ))}
        </select>
        <button type="submit">{t('search')}</button>
        <button type="button" onClick={again} disabled={list.busy || overview.busy}>
          {t('refresh')}
        </button>
        {overview.data && (
          <span data-online={overview.data.online}>
            {overview.data.online} {t('devicesOnline')} / {overview.data.enabled} {t('devicesEnabled')}
          </span>
        )}
      </form>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <DataTable
          label={t('devices')}
          columns={columnsOf(deviceTitles, lang)}
          rows={found.map((one) => shownDevice(one, lang))}
          onPick={(row) => navigate(withQuery({ device: String(row['deviceId']) }))}
        />
      )}
      {found.length === PAGE && (
        <button type="button" onClick={() => navigate(withQuery({ after: found.at(-1)?.deviceId ?? null }))}>
          {t('next')}
        </button>
      )}
      {overview.error && <Failure error={overview.error} retry={overview.again} />}
      {overview.data && <HappenedTables happened={overview.data} />}
    </Shell>
  );
}
