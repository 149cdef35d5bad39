import type { Backoff } from './queue.ts';

export const PREFIX = 'anju:queue';
/** Name of our own pause in BullMQ's options. */
export const BACKOFF = 'anju';

/** What BullMQ keeps of a job besides its own. */
export interface Envelope {
  data: unknown;
  group: string;
  backoff: Backoff;
  /** Of the call that added it. */
  mark: string;
}

/** BullMQ takes no colon in an id, and no number for one. */
export const bullId = (id: string): string => `j.${encodeURIComponent(id)}`;
export const ownId = (id: string): string => decodeURIComponent(id.slice(2));

export const cancelKey = (queue: string, id: string): string => `${PREFIX}:${queue}:cancel:${id}`;
export const groupKey = (queue: string, group: string): string => `${PREFIX}:${queue}:group:${group}`;
