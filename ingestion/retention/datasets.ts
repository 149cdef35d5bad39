/** What can be dropped by rule, and what must hold it before. */

export const GRAINS = ['quarter', 'hour', 'day'] as const;
export type Grain = (typeof GRAINS)[number];

export interface KeptDataset {
  table: string;
  /** The aggregates coarser than it: one of them must hold everything before it goes. */
  coarser: readonly Grain[];
  /** Data sets finer than it: a coarser level goes after them, for it is what proves that they may go. */
  finer: readonly RetentionDataset[];
  /** Of a partition: YYYYMMDD or YYYYMM, in UTC. */
  unit: 'day' | 'month';
  /** The column by which it is partitioned. */
  time: string;
}

export const RETENTION_DATASETS = [
  'devices.device_reading',
  'devices.device_quarter',
  'devices.device_hour',
] as const;
export type RetentionDataset = (typeof RETENTION_DATASETS)[number];

export const keptDatasets: Readonly<Record<RetentionDataset, KeptDataset>> = {
  'devices.device_reading': {
    ...{
      table: 'device_reading',
      coarser: ['quarter', 'hour', 'day'],
      finer: [],
      unit: 'day',
      time: 'event_time',
    },
  },
  'devices.device_quarter': {
    ...{ table: 'device_quarter', coarser: ['hour', 'day'], finer: ['devices.device_reading'] },
    ...{ unit: 'month', time: 'period' },
  },
  'devices.device_hour': {
    ...{
      table: 'device_hour',
      coarser: ['day'],
      finer: ['devices.device_reading', 'devices.device_quarter'],
    },
    ...{ unit: 'month', time: 'period' },
  },
};

/** A partition by its first instant and the first one after it; milliseconds since 1970. */
export function spanOf(unit: KeptDataset['unit'], partition: string): { from: number; to: number } {
  const [year, month, day] = [partition.slice(0, 4), partition.slice(4, 6), partition.slice(6) || '1'].map(
    Number,
  );
  const at = (months: number, days: number): number =>
    Date.UTC(year ?? 0, (month ?? 1) - 1 + months, (day ?? 1) + days);
  return { from: at(0, 0), to: unit === 'day' ? at(0, 1) : at(1, 0) };
}
