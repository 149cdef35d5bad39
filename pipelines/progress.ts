/**
 * How far a run is. Work reports events; the terminal draws them, the API streams them, tests read them.
 */
export type ProgressEvent =
  | { kind: 'stage'; stage: string; state: 'started' | 'finished'; seconds?: number }
  /** One thing out of several: a model, a delivery. Without `state` it has just begun. */
  | {
      kind: 'item';
      stage: string;
      item: string;
      state?: string;
      done: number;
      total?: number;
      rows?: number;
      reason?: string;
    }
  /** Rows or bytes within the present item. */
  | { kind: 'amount'; stage: string; item?: string; done: number; total?: number; unit: 'rows' | 'bytes' };

export type OnProgress = (event: ProgressEvent) => void;

export interface ProgressOutput {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

const BAR_CELLS = 24;
const MIN_REDRAW_MS = 100;
const LINE_EVERY_MS = 5_000;

/**
 * Draws events on a terminal as one moving line a stage (bar, count, rate, time remaining), elsewhere as plain lines: one
 * for each finished item and at most one amount every five seconds. Nothing is drawn by a timer, so nothing keeps running.
 */
export function progressPrinter(output: ProgressOutput, now: () => number = Date.now): OnProgress {
  const isTerminal = output.isTTY === true;
  let stage = '';
  let stageStart = now();
  let drawnAt = 0;
  let drawn = false;
  const clear = (): void => {
    if (drawn) output.write('\r\u001b[2K');
    drawn = false;
  };
  const line = (text: string): void => {
    clear();
    output.write(`${text}\n`);
  };
  const draw = (text: string, isUrgent: boolean): void => {
    if (!isUrgent && now() - drawnAt < MIN_REDRAW_MS) return;
    drawnAt = now();
    output.write(`\r\u001b[2K${clip(text, (output.columns ?? 100) - 1)}`);
    drawn = true;
  };
  return (event) => {
    if (event.stage !== stage) {
      stage = event.stage;
      stageStart = now();
    }
    const elapsed = (now() - stageStart) / 1000;
    if (event.kind === 'stage') {
      if (event.state === 'finished') line(`${stage}: ${duration(event.seconds ?? elapsed)}`);
      else if (!isTerminal) line(`${stage} …`);
    } else if (event.kind === 'item') {
      if (event.state === 'failed' || event.state === 'refused') {
        line(
          `${stage}: ${event.item} ${event.state}${event.reason === undefined ? '' : `: ${event.reason}`}`,
        );
      } else if (!isTerminal && event.state !== undefined) {
        const rows = event.rows === undefined ? '' : ` ${count(event.rows)} rows`;
        line(
          `${stage} ${event.done}${event.total === undefined ? '' : `/${event.total}`} ${event.item} ${event.state}${rows}`,
        );
      }
      if (isTerminal)
        draw(`${stage} ${bar(event.done, event.total)} ${remaining(event, elapsed)} ${event.item}`, true);
    } else if (isTerminal) {
      draw(`${stage} ${bar(event.done, event.total)} ${amount(event, elapsed)} ${event.item ?? ''}`, false);
    } else if (now() - drawnAt >= LINE_EVERY_MS) {
      drawnAt = now();
      line(`${stage} ${event.item ?? ''} ${amount(event, elapsed)}`);
    }
  };
}

type Amount = Extract<ProgressEvent, { kind: 'amount' }>;

function amount(event: Amount, elapsed: number): string {
  const rate = elapsed > 0 ? event.done / elapsed : 0;
  return `${count(event.done)} ${event.unit}, ${count(Math.round(rate))}/s ${remaining(event, elapsed)}`;
}

function remaining({ done, total }: { done: number; total?: number }, elapsed: number): string {
  const of = total === undefined ? '' : `${count(done)}/${count(total)}`;
  if (total === undefined || done === 0 || done >= total) return of;
  return `${of}, ${duration((elapsed / done) * (total - done))} left`;
}

function bar(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return '';
  const full = Math.round((Math.min(done, total) / total) * BAR_CELLS);
  return `[${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}]`;
}

const count = (value: number): string => value.toLocaleString('en-US');

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Cuts by characters; Chinese ones take two cells. */
function clip(text: string, cells: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += WIDE.test(character) ? 2 : 1;
    if (used > cells) break;
    end += character.length;
  }
  return text.slice(0, end);
}
