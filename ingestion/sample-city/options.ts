import { day } from './calendar.ts';

/** The last business date of every sample city, so that the same seed makes the same files on any day. */
export const LAST_BUSINESS_DATE = '2026-10-31';
export const CITY_NAME = '湘安市';
/** 43 is Hunan; 4399 is assigned to nobody, so no number made with it can be a real person's or a real parcel's. */
export const CITY_PREFIX = '4399';

export interface CityOptions {
  /** Deliveries go to `<home>/inbox/<source>/<dataset>/`, the truth to `<home>/truth/`. */
  home: string;
  /** 1 = 2.52 million residents, 50,000 households in need, 100,000 assisted dwellings. */
  scale: number;
  seed: number;
  /** Days of meter readings, door events and monthly bills up to the last business date. Default 395: 13 months. */
  days?: number;
  /** `YYYY-MM-DD`, default LAST_BUSINESS_DATE. */
  lastBusinessDate?: string;
  onProgress?: (done: { dataset: string; files: number; rows: number; seconds: number }) => void;
}

export interface CityFile {
  /** Absolute path under its final name. */
  path: string;
  /** `source.dataset` */
  dataset: string;
  /** Data rows, unreadable ones included. */
  rows: number;
  bytes: number;
}

export interface CityReport {
  files: CityFile[];
  seconds: number;
}

/** The options with their sizes worked out. */
export interface CitySize {
  seed: number;
  scale: number;
  lastDay: number;
  firstDay: number;
  residents: number;
  /** Households guaranteed: in an assisted dwelling for low incomes (公租房) or drawing a rent subsidy. */
  householdsInNeed: number;
  dwellings: number;
  /** People in the agencies' files who have nothing to do with housing assistance. */
  unrelatedPeople: number;
}

export function sizeOf(options: Pick<CityOptions, 'scale' | 'seed' | 'days' | 'lastBusinessDate'>): CitySize {
  const { scale, seed, days = 395, lastBusinessDate = LAST_BUSINESS_DATE } = options;
  if (!(scale > 0)) throw new RangeError(`scale must be above 0, not ${scale}`);
  if (!Number.isSafeInteger(days) || days < 1)
    throw new RangeError(`days must be a whole number above 0, not ${days}`);
  const lastDay = day(lastBusinessDate);
  return {
    seed,
    scale,
    lastDay,
    firstDay: lastDay - days + 1,
    residents: Math.round(2_520_000 * scale),
    householdsInNeed: Math.max(10, Math.round(50_000 * scale)),
    dwellings: Math.max(20, Math.round(100_000 * scale)),
    unrelatedPeople: Math.max(20, Math.round(60_000 * scale)),
  };
}
