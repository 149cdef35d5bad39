import { call } from '../api/client.ts';

export interface Device {
  deviceId: string;
  product: string;
  name: string;
  houseCode: string;
  place: string;
  divisionCode: string;
  protocol: 'mqtt' | 'http' | 'gateway';
  gatewayId: string | null;
  meterNo: string;
  maker: string;
  model: string;
  installedOn: string | null;
  state: 'enabled' | 'disabled' | 'retired';
  isOnline: boolean;
  lastSeenAt: string | null;
}

export interface Happened {
  events: {
    deviceId: string;
    event: string;
    property: string;
    level: string;
    value: string;
    threshold: string;
    at: string;
  }[];
  refusals: { day: string; deviceId: string; rule: string; field: string; messages: number }[];
}
export type Overview = Happened & { enabled: number; online: number };
export type Activity = Happened & { readings: { property: string; value: string; at: string }[] };

const of = (device: string) => `/api/devices/${encodeURIComponent(device)}`;

export const devices = {
  overview: (signal: AbortSignal) => call<Overview>('/api/device-overview', { signal }),
  list: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ devices: Device[] }>(`/api/devices?${query}`, { signal }),
  one: (device: string, signal: AbortSignal) => call<Device>(of(device), { signal }),
  activity: (device: string, signal: AbortSignal) => call<Activity>(`${of(device)}/activity`, { signal }),
  newToken: (device: string) =>
    call<{ deviceId: string; token: string | null }>(`${of(device)}/token`, { method: 'POST' }),
};
