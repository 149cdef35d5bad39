/**
 * Who was heard when. Kept in memory and written in one statement now and then: a million devices that report every few
 * minutes must not be a million updates.
 */
import { sql } from 'kysely';
import type { OperationalStore } from '../../../warehouse/operational/store.ts';
import type { Directory, KnownDevice } from './directory.ts';

interface Standing {
  lastSeen: number;
  isOnline: boolean;
  isChanged: boolean;
}

export interface Turn {
  device: string;
  /** The instant it was first heard again, or was missed for the last time. */
  at: number;
  isOnline: boolean;
}

export class Presence {
  readonly #standings = new Map<string, Standing>();

  /** Takes over what the operational store knows of devices not heard yet. */
  learn(directory: Directory): void {
    for (const { device, lastSeen, isOnline } of directory.all())
      if (!this.#standings.has(device)) this.#standings.set(device, { lastSeen, isOnline, isChanged: false });
  }

  heard(device: string, at: number): void {
    const standing = this.#standings.get(device);
    if (standing === undefined)
      this.#standings.set(device, { lastSeen: at, isOnline: false, isChanged: true });
    else if (at > standing.lastSeen) {
      standing.lastSeen = at;
      standing.isChanged = true;
    }
  }

  /** Decides who is online at `now`. @returns those who came or went since the last time */
  judge(directory: Directory, now: number): Turn[] {
    const turns: Turn[] = [];
    for (const known of directory.all()) {
      const standing = this.#standings.get(known.device);
      if (standing === undefined) continue;
      const silence = silenceOf(known);
      const isOnline =
        known.state === 'enabled' && standing.lastSeen > 0 && now - standing.lastSeen <= silence;
      if (isOnline === standing.isOnline) continue;
      standing.isOnline = isOnline;
      standing.isChanged = true;
      turns.push({
        device: known.device,
        at: isOnline ? standing.lastSeen : Math.min(now, standing.lastSeen + silence),
        isOnline,
      });
    }
    return turns;
  }

  /** Writes what changed. On failure everything is tried again next time. */
  async flush(store: OperationalStore): Promise<void> {
    const changed = [...this.#standings].filter(([, standing]) => standing.isChanged);
    if (changed.length === 0) return;
    for (const [, standing] of changed) standing.isChanged = false;
    try {
      await sql`
        UPDATE device SET last_seen_at = heard.last_seen_at, is_online = heard.is_online
        FROM unnest(
          ${changed.map(([device]) => device)}::text[],
          ${changed.map(([, standing]) => new Date(standing.lastSeen).toISOString())}::timestamptz[],
          ${changed.map(([, standing]) => standing.isOnline)}::boolean[]
        ) AS heard(device_id, last_seen_at, is_online)
        WHERE device.device_id = heard.device_id
      `.execute(store.db);
    } catch (error) {
      for (const [, standing] of changed) standing.isChanged = true;
      throw error;
    }
  }
}

/** Longest silence of a device that is still online, in milliseconds. */
const silenceOf = ({ known }: KnownDevice): number =>
  (known?.model.heartbeatSeconds ?? 3600) * (known?.model.missedBeats ?? 3) * 1000;
