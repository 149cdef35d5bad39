/** Facts that never change, one file a month: bills, payments, contributions. */
import type { Dataset } from '../../contract.ts';
import { firstDayOf, lastDayOf, monthOf } from '../calendar.ts';
import type { CityFile } from '../options.ts';
import { DatasetDesk, type Outbox } from './delivery.ts';

export interface StreamRow {
  /** Unique in the data set; the dirt depends on it. */
  index: number;
  protect: boolean;
  /** In the contract's order, codes as codes. */
  values: string[];
}
export interface Stream {
  dataset: Dataset;
  /** The month's rows (a `monthOf` number). */
  rows(month: number): Iterable<StreamRow>;
}

export interface StreamOptions {
  firstDay: number;
  lastDay: number;
  /** Send the file of this many months before the last twice. */
  resentMonth?: number;
  /** Keep every n-th row of that month back; it comes two weeks late, among others already sent. */
  late?: { monthsBack: number; every: number };
}

const ROWS_BETWEEN_DRAINS = 2000;
const LATE_BY_DAYS = 14;

export async function deliverStream(outbox: Outbox, stream: Stream, options: StreamOptions): Promise<void> {
  const desk = new DatasetDesk(stream.dataset, outbox);
  const last = monthOf(options.lastDay);
  let owed: { values: string[]; sent: boolean }[] = [];
  for (let month = monthOf(options.firstDay); month <= last; month++) {
    const isLate = options.late !== undefined && month === last - options.late.monthsBack;
    const file = desk.open(Math.min(lastDayOf(month), options.lastDay));
    let n = 0;
    for (const { index, protect, values } of stream.rows(month)) {
      if (n++ % ROWS_BETWEEN_DRAINS === 0) await file.drained();
      const words = desk.spell(values);
      const every = options.late?.every ?? 1;
      const turn = n % every;
      if (isLate && turn < 2) {
        // Every n-th row waits; the one after it goes out now, clean, and comes along once more.
        owed.push({ values: words, sent: turn === 1 });
        if (turn === 0) continue;
        file.row(words, 'new', null);
        continue;
      }
      file.row(words, 'new', protect ? null : desk.planOf(() => words, desk.hash(index)));
    }
    const sent = await file.close();
    if (options.resentMonth !== undefined && month === last - options.resentMonth)
      desk.resend(sent, lastDayOf(month), '_2');
    if (owed.length > 0 && !isLate) throw new Error('late rows were not delivered');
    if (isLate) {
      await deliverLate(desk, owed, Math.min(firstDayOf(month + 1) + LATE_BY_DAYS, options.lastDay));
      owed = [];
    }
  }
}

async function deliverLate(
  desk: DatasetDesk,
  owed: { values: string[]; sent: boolean }[],
  day: number,
): Promise<CityFile | null> {
  const file = desk.open(day);
  for (const { values, sent } of owed) file.row(values, sent ? 'same' : 'new', null);
  return file.close();
}
