/** Lines for people. Scripts use `--json`. */
import type { OperationResult } from '../api/operations/index.ts';

type Cell = string | number;

/** Aligned columns under a header; wide (Chinese) characters count two. */
export function table(rows: Record<string, Cell>[]): string[] {
  const first = rows[0];
  if (first === undefined) return [];
  const names = Object.keys(first);
  const widths = names.map((name) =>
    Math.max(width(name), ...rows.map((row) => width(String(row[name] ?? '')))),
  );
  const line = (cells: Cell[]) =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), ...rows.map((row) => line(names.map((name) => row[name] ?? '')))];
}

const isWide = (character: string) =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
    character,
  );
const width = (text: string) => [...text].reduce((sum, character) => sum + (isWide(character) ? 2 : 1), 0);
const pad = (cell: Cell, to: number) => {
  const text = typeof cell === 'number' ? cell.toLocaleString('en-US') : cell;
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return typeof cell === 'number' ? space + text : text + space;
};

/** A run, as a person wants to read it: what came in, what was built, what failed and why. */
export function runLines(run: OperationResult<'run'>): string[] {
  const moved = run.datasets.filter((one) => one.landed > 0 || one.refused.length > 0);
  const trouble = run.models.filter((model) => model.status === 'failed' || model.status === 'blocked');
  return [
    ...table(
      moved.map((one) => ({
        'data set': one.dataset,
        landed: one.landed,
        loaded: one.loaded,
        quarantined: one.quarantined,
        deduplicated: one.deduplicated,
        refused: one.refused.length,
      })),
    ),
    ...moved.flatMap((one) =>
      one.refused.map((refusal) => `refused ${refusal.file}: ${refusal.rule}: ${refusal.message}`),
    ),
    ...table(Object.entries(run.layers).map(([layer, rows]) => ({ layer, rows }))),
    ...trouble.map((model) => `${model.status} ${model.model}: ${model.reason ?? ''}`),
    `${run.ok ? 'ok' : 'FAILED'}: ${Object.entries(run.seconds)
      .map(([stage, seconds]) => `${stage} ${seconds.toFixed(1)} s`)
      .join(', ')}`,
  ];
}

export function signInLines(users: { user: string; role: string; password: string }[]): string[] {
  if (users.length === 0)
    return ['sign-ins: as printed at the first start (anju serve shows them only once)'];
  return [
    'sign-ins, shown only now — keep them, change them:',
    ...table(users.map(({ user, role, password }) => ({ user, role, password }))),
  ];
}

/** A score of quality in points of a hundred; a dash where nothing was measured. */
export const points = (score: number | null | undefined): string =>
  score === null || score === undefined ? '—' : (100 * score).toFixed(2);
