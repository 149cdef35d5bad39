import { type FormEvent, useEffect, useRef, useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { Link, useQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { catalog, type Trace } from './api.ts';
import { deliveryTitles, relationTitles } from './words.ts';

const FIGURES = new Set(['rows', 'batchId']);
const MOST_ROWS_SHOWN = 20;
/** Only a hash may come by the address, for it names nobody; other keys are typed, and travel in bodies. */
const HASH = /^[0-9a-f]{32,64}$/;

/** 行级血缘: from one row to the rows of files it was made from, with batch, file and certificate. */
export function TraceRow({ model, columns }: { model: string; columns: readonly string[] }) {
  const { t, lang } = useSettings();
  const query = useQuery();
  const [named, hash] = [query.get('key') ?? '', query.get('value') ?? ''];
  const isLinked = columns.includes(named) && HASH.test(hash);
  const [column, setColumn] = useState(isLinked ? named : (columns[0] ?? ''));
  const [value, setValue] = useState(isLinked ? hash : '');
  const [found, setFound] = useState<Trace | null>(null);
  const { error, busy, attempt } = useAttempt();
  const trace = (key: Record<string, string>) =>
    attempt(async () => {
      setFound(null);
      setFound(await catalog.trace(model, key));
    });
  const asked = useRef('');
  useEffect(() => {
    // React may run an effect twice: a trace is audited, so it is asked once.
    if (!isLinked || asked.current === hash) return;
    asked.current = hash;
    trace({ [named]: hash });
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() !== '') trace({ [column]: value.trim() });
  };
  return (
    <section data-trace={found ? found.deliveries.length : ''}>
      <h2>{t('catalogTrace')}</h2>
      <p className="hint">{t('catalogTraceHint')}</p>
      <form className="choices" onSubmit={submit}>
        <select
          aria-label={said(['主键字段', 'Column of the key'], lang)}
          value={column}
          onChange={(event) => setColumn(event.target.value)}
        >
          {columns.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <input
          aria-label={said(['值', 'Value'], lang)}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          autoComplete="off"
          maxLength={500}
          size={40}
        />
        <button type="submit" disabled={busy}>
          {t('catalogTrace')}
        </button>
      </form>
      {error && <Failure error={error} />}
      {found && <Found found={found} />}
    </section>
  );
}

function Found({ found: { relations, deliveries } }: { found: Trace }) {
  const { t, lang } = useSettings();
  const note = (one: Trace['relations'][number]): string =>
    [
      ...(one.isTooMany ? [said(['行数过多，不再上溯', 'too many to follow'], lang)] : []),
      ...(one.untied.length > 0
        ? [said([`整表参与：${one.untied.join('、')}`, `read as a whole: ${one.untied.join(', ')}`], lang)]
        : []),
    ].join('；');
  const rowsOf = (rows: readonly number[]): string =>
    `${rows.slice(0, MOST_ROWS_SHOWN).join(', ')}${rows.length > MOST_ROWS_SHOWN ? ` … (${rows.length})` : ''}`;
  return (
    <>
      <DataTable
        label={t('catalogDeliveries')}
        columns={columnsOf(deliveryTitles, lang, FIGURES)}
        rows={deliveries.map((one) => ({
          ...one,
          rowText: rowsOf(one.rowNos),
          certificateText: one.certificate === null ? '' : one.certificate.slice(0, 16),
        }))}
        action={(row) => (
          <Link to={`/runs?show=deliveries&delivery=${encodeURIComponent(String(row['deliveryId']))}`}>
            {t('certificate')}
          </Link>
        )}
      />
      <DataTable
        label={t('catalogRelations')}
        columns={columnsOf(relationTitles, lang, FIGURES)}
        rows={relations.map((one) => ({ ...one, noteText: note(one) }))}
      />
    </>
  );
}
