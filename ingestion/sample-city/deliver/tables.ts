/** A table of an agency as a function of the day, and the deliveries that follow from it. */
import type { Dataset } from '../../contract.ts';
import { Dirt } from './dirt.ts';
import { DatasetDesk, type Novelty, type Outbox } from './delivery.ts';
import type { Meant, Misnamed } from './truth.ts';

export interface Table {
  dataset: Dataset;
  /** Rows there may be; some do not exist (yet, any more) on a given day. */
  count: number;
  /** The row as of a day, values in the contract's order, codes as codes; null while it does not exist. Pure. */
  row(index: number, asOf: number): string[] | null;
  /** Rows that carry a planted violation's trace stay clean, so that detectors are measured and not the dirt. */
  protect?(index: number): boolean;
  misnamed?(index: number): Misnamed[];
  meant?(index: number): Meant[];
}

const ROWS_BETWEEN_DRAINS = 2000;
/** Of a thousand unchanged rows of an incremental set, how many its system sends again. */
const NEEDLESSLY_SENT = 4;

const sameRow = (a: readonly string[] | null, b: readonly string[] | null): boolean =>
  a === b || (a !== null && b !== null && a.every((value, i) => value === b[i]));

/**
 * Writes one file a day of `days` (ascending): everything first; after that everything again (`full`) or what is new and
 * changed (`incremental`). The third file of a set with `resent` is the second, byte for byte.
 */
export async function deliverTable(
  outbox: Outbox,
  table: Table,
  days: readonly number[],
  resent = false,
): Promise<void> {
  const desk = new DatasetDesk(table.dataset, outbox);
  const full = table.dataset.load.strategy === 'full';
  for (const [d, day] of days.entries()) {
    const file = desk.open(day);
    for (let i = 0; i < table.count; i++) {
      if (i % ROWS_BETWEEN_DRAINS === 0) await file.drained();
      const now = table.row(i, day);
      const past = days.slice(0, d).map((earlier) => table.row(i, earlier));
      const before = past.at(-1) ?? null;
      if (!now && !before) continue;
      const first = past.find((row) => row !== null) ?? now;
      if (!first) continue;
      const hash = desk.hash(i);
      const plan = table.protect?.(i) ? null : desk.planOf(() => desk.spell([...first]), hash);
      const unchanged = past.every((row) => row === null || sameRow(row, first)) && sameRow(now, first);
      if (!now) {
        const wasRejected =
          plan &&
          sameRow(before, first) &&
          ((plan.what === 'value' && plan.effect === 'quarantine') || plan.what === 'broken');
        if (full && !wasRejected) file.deleted();
        continue;
      }
      const novelty: Novelty = !before ? 'new' : sameRow(before, now) ? 'same' : 'changed';
      if (!full && novelty === 'same' && hash % 1000 >= NEEDLESSLY_SENT) continue;
      // A row somebody has worked on since is clean: they mended it.
      const lasting = unchanged ? plan : Dirt.lasting(desk.dirt, plan);
      if (novelty === 'new') desk.tellMeant(now, table.meant?.(i) ?? []);
      file.row(desk.spell([...now]), novelty, lasting, table.misnamed?.(i));
    }
    const sent = await file.close();
    if (resent && d === 1) desk.resend(sent, day, '_2');
  }
}
