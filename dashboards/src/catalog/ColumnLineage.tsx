import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useSettings } from '../settings.tsx';
import { catalog } from './api.ts';
import { edgeTitles, words } from './words.ts';

/** What a column's values are made of, back to raw, and what is made of them; nearest first. */
export function ColumnLineage({ table, column }: { table: string; column: string }) {
  const { t } = useSettings();
  return (
    <section data-lineage={column}>
      <h2>
        {t('catalogLineage')} <code>{column}</code>
      </h2>
      <Edges direction="up" label={t('catalogUp')} table={table} column={column} />
      <Edges direction="down" label={t('catalogDown')} table={table} column={column} />
    </section>
  );
}

function Edges(of: { direction: 'up' | 'down'; label: string; table: string; column: string }) {
  const { lang } = useSettings();
  const { direction, label, table, column } = of;
  const answer = useAsk(`${direction} ${table} ${column}`, (signal) =>
    catalog.columns(table, column, direction, signal),
  );
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return null;
  return (
    <>
      <h3>{label}</h3>
      <DataTable
        label={label}
        columns={columnsOf(edgeTitles, lang)}
        rows={answer.data.edges.map((one) => ({
          to: `${one.model}.${one.column}`,
          from: `${one.input}.${one.inputColumn}`,
          howText: said(words[one.how] ?? [one.how, one.how], lang),
        }))}
      />
    </>
  );
}
