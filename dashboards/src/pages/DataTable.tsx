import type { ReactNode } from 'react';
import { useSettings } from '../settings.tsx';

export type Row = Record<string, unknown>;

export interface Column {
  name: string;
  title: string;
  /** Aligned as numbers are; without it, by what the first row holds. */
  isFigure?: boolean;
}

/** A cell as text: objects as JSON, missing as a dash. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—';
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  return String(value);
}

interface DataTableProps {
  columns: Column[];
  rows: Row[];
  label: string;
  onPick?: (row: Row) => void;
  action?: (row: Row) => ReactNode;
}

export function DataTable({ columns, rows, label, onPick, action }: DataTableProps) {
  const { t } = useSettings();
  if (rows.length === 0) return <p className="nothing">{t('noData')}</p>;
  const isFigure = (column: Column) => column.isFigure ?? typeof rows[0]?.[column.name] === 'number';
  return (
    <div className="table-box">
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={isFigure(column) ? 'figure' : undefined}>
                {column.title}
              </th>
            ))}
            {(onPick || action) && <th />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map((column) => (
                <td
                  key={column.name}
                  className={isFigure(column) ? 'figure' : undefined}
                  title={cellText(row[column.name])}
                >
                  {cellText(row[column.name])}
                </td>
              ))}
              {(onPick || action) && (
                <td className="row-actions">
                  {action?.(row)}
                  {onPick && (
                    <button type="button" onClick={() => onPick(row)}>
                      {t('open')}
                    </button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PagerProps {
  total: number;
  limit: number;
  offset: number;
  onMove: (offset: number) => void;
}

export function Pager({ total, limit, offset, onMove }: PagerProps) {
  const { t } = useSettings();
  const last = Math.min(total, offset + limit);
  return (
    <nav className="pager" aria-label={t('paging')}>
      <span data-total={total}>
        {total === 0 ? 0 : offset + 1}–{last} / {total.toLocaleString()}
      </span>
      <button type="button" disabled={offset === 0} onClick={() => onMove(Math.max(0, offset - limit))}>
        {t('previous')}
      </button>
      <button type="button" disabled={last >= total} onClick={() => onMove(offset + limit)}>
        {t('next')}
      </button>
    </nav>
  );
}
