import { type KeyboardEvent, useRef, useState } from 'react';
import { ApiError, call, send } from '../api/client.ts';
import { toSignIn } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { DataTable, type Row } from './DataTable.tsx';
import { Failure, Shell } from './Shell.tsx';

interface SqlAnswer {
  columns: { name: string; type: string }[];
  rows: Row[];
  truncated?: boolean;
}

const SHOWN_ROWS = 1000;
const EXAMPLE = `SELECT district_name, project_kind, count() AS dwellings, round(avg(floor_area), 1) AS avg_area
FROM base.dwelling
GROUP BY district_name, project_kind
ORDER BY district_name, project_kind`;
/** Statements worth a button: what there is to read. */
const SHORTCUTS = [
  'SHOW TABLES FROM base',
  'DESCRIBE base.person',
  'SHOW TABLES FROM mart_supply',
  'SELECT * FROM meta.batch ORDER BY batch_id DESC LIMIT 20',
];
const FIGURE = /^(Nullable\()?(U?Int|Float|Decimal)/;

/** An analyst's plain workbench: a question in SQL, its rows, and the same rows as a file. */
export function Sql() {
  const { t } = useSettings();
  const [sql, setSql] = useState(() => sessionStorage.getItem('anju.sql') ?? EXAMPLE);
  const [answer, setAnswer] = useState<SqlAnswer | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [seconds, setSeconds] = useState<number | null>(null);
  const running = useRef<AbortController | null>(null);
  const [busy, setBusy] = useState(false);

  const attempt = async (work: (signal: AbortSignal) => Promise<void>) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setError(null);
    sessionStorage.setItem('anju.sql', sql);
    const started = performance.now();
    try {
      await work(controller.signal);
      setSeconds((performance.now() - started) / 1000);
    } catch (reason) {
      if (controller.signal.aborted) return;
      if (reason instanceof ApiError && reason.status === 401) return toSignIn();
      setError(reason instanceof Error ? reason : new Error(String(reason)));
    } finally {
      if (running.current === controller) setBusy(false);
    }
  };
  const run = () =>
    attempt(async (signal) => {
      setAnswer(await call<SqlAnswer>('/api/sql', { method: 'POST', body: { sql }, signal }));
    });
  const download = () =>
    attempt(async (signal) => {
      const response = await send('/api/sql', { method: 'POST', body: { sql, format: 'csv' }, signal });
      const url = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = url;
      link.download = 'anju.csv';
      link.click();
      URL.revokeObjectURL(url);
    });
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void run();
  };
  const rows = answer?.rows.slice(0, SHOWN_ROWS) ?? [];
  return (
    <Shell title={t('sql')}>
      <textarea
        className="sql"
        aria-label="SQL"
        spellCheck={false}
        value={sql}
        onChange={(event) => setSql(event.target.value)}
        onKeyDown={onKey}
        rows={10}
      />
      <div className="choices shortcuts">
        {SHORTCUTS.map((text) => (
          <button key={text} type="button" onClick={() => setSql(text)}>
            {text}
          </button>
        ))}
      </div>
      <div className="choices">
        <button type="button" className="primary" disabled={busy || !sql.trim()} onClick={() => void run()}>
          {t('runSql')} (Ctrl+Enter)
        </button>
        <button type="button" disabled={busy || !sql.trim()} onClick={() => void download()}>
          {t('downloadCsv')}
        </button>
        {busy && (
          <button
            type="button"
            onClick={() => {
              running.current?.abort();
              setBusy(false);
            }}
          >
            {t('cancel')}
          </button>
        )}
        {!busy && answer && !error && (
          <span>
            {answer.rows.length.toLocaleString()} {t('rowsWord')} · {seconds?.toFixed(2)} s
            {(answer.truncated || answer.rows.length > SHOWN_ROWS) && ` · ${t('truncated')}`}
          </span>
        )}
      </div>
      {error && <Failure error={error} />}
      {answer && !error && (
        <DataTable
          label="SQL"
          columns={answer.columns.map((column) => ({
            name: column.name,
            title: `${column.name} · ${column.type}`,
            isFigure: FIGURE.test(column.type),
          }))}
          rows={rows}
        />
      )}
    </Shell>
  );
}
