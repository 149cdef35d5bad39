import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { Heatmap } from '../quality/Heatmap.tsx';
import { ScoreTrend } from '../quality/ScoreTrend.tsx';
import { Link, navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { catalog, type Detail, type Entry, type Kind, type Neighbour, type Standing } from './api.ts';
import { ColumnLineage } from './ColumnLineage.tsx';
import { TraceRow } from './TraceRow.tsx';
import { columnTitles, factTitles, levels, standingTitles, words } from './words.ts';

const FIGURES = new Set(['level', 'limitText']);
const lastOf = (name: string): string => name.split('.').at(-1) ?? name;

/** One entry whole: what it is, its columns, how good and how late it is, what it is made of and what is made of it. */
export function EntryView({ kind, name }: { kind: Kind; name: string }) {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const answer = useAsk(`${kind} ${name}`, (signal) => catalog.read(kind, name, signal));
  const back = (
    <div className="choices">
      <button
        type="button"
        onClick={() => navigate(withQuery({ of: null, name: null, column: null, key: null, value: null }))}
      >
        {t('catalogBack')}
      </button>
    </div>
  );
  if (answer.error)
    return (
      <>
        {back}
        <Failure error={answer.error} retry={answer.again} />
      </>
    );
  if (!answer.data) return <p className="nothing">{t('loading')}</p>;
  const { entry, columns, standings, reads, readBy } = answer.data;
  const column = kind === 'column' ? lastOf(name) : query.get('column');
  const table = kind === 'column' ? entry.parent : columns[0]?.parent;
  const mayTrace = kind === 'model' && /^(base|mart_)/.test(name) && me?.rights.includes('drill:read');
  return (
    <article data-entry={name}>
      {back}
      <h2>
        <span className="chip">{said(words[kind] ?? [kind, kind], lang)}</span> {entry.zh || name}{' '}
        <code>{name}</code>
      </h2>
      <p>{entry.comment}</p>
      <Facts detail={answer.data} />
      <Quality kind={kind} name={name} />
      {standings.length > 0 && (
        <>
          <h2>{t('catalogStanding')}</h2>
          <DataTable
            label={t('catalogStanding')}
            columns={columnsOf(standingTitles, lang, FIGURES)}
            rows={standings.map((one) => ({
              ...one,
              limitText: limitText(one, lang),
              stateText: standingText(one, lang),
            }))}
          />
        </>
      )}
      <Flow label={t('catalogReads')} some={reads} />
      <Flow label={t('catalogReadBy')} some={readBy} />
      {columns.length > 0 && (
        <>
          <h2>{t('catalogColumns')}</h2>
          <DataTable
            label={t('catalogColumns')}
            columns={columnsOf(columnTitles, lang, FIGURES)}
            rows={columns.map((one) => ({
              ...one,
              column: lastOf(one.name),
              resourceText: one.resources.join('、'),
              fieldText: one.standardFields.join('；'),
            }))}
            onPick={(row) => navigate(withQuery({ column: String(row['column']) }))}
          />
        </>
      )}
      {table && column && <ColumnLineage table={table} column={column} />}
      {mayTrace && <TraceRow model={name} columns={columns.map((one) => lastOf(one.name))} />}
    </article>
  );
}

const limitText = ({ limitDays, catalogueDays }: Standing, lang: 'zh' | 'en'): string =>
  [
    limitDays > 0 ? String(limitDays) : said(['有变化时', 'on change'], lang),
    ...(catalogueDays > 0 ? [said([`目录 ${catalogueDays}`, `catalogue ${catalogueDays}`], lang)] : []),
  ].join(' · ');

/** Late by the contract first, for that is what the agency agreed to. */
const standingText = (one: Standing, lang: 'zh' | 'en'): string => {
  if (one.lastDate === null) return said(['未收到过', 'never came'], lang);
  if (one.daysLate > 0) return said([`逾期 ${one.daysLate} 天`, `${one.daysLate} days late`], lang);
  if (one.catalogueDaysLate > 0)
    return said(
      [
        `按契约按时，超目录时限 ${one.catalogueDaysLate} 天`,
        `${one.catalogueDaysLate} days beyond the catalogue`,
      ],
      lang,
    );
  return said(['按时', 'in time'], lang);
};

function Facts({ detail: { entry, standings } }: { detail: Detail }) {
  const { lang } = useSettings();
  const lastDates = standings.flatMap(({ lastDate }) => (lastDate === null ? [] : [lastDate]));
  const isLate = entry.daysLate > 0;
  const facts: Record<keyof typeof factTitles, string> = {
    ...{ owner: entry.owner, grain: entry.grain, term: entry.term, explanation: entry.explanation },
    ...{ legalBasis: entry.legalBasis, sharingType: entry.sharingType },
    levelText: said(levels[entry.level] ?? [String(entry.level), String(entry.level)], lang),
    mask: entry.mask === 'none' ? '' : entry.mask,
    resourceText: entry.resources.join('、'),
    fieldText: entry.standardFields.join('；'),
    limitText: limitOf(entry, lang),
    lateText:
      standings.length === 0
        ? ''
        : [
            ...lastDates.toSorted().slice(0, 1),
            isLate
              ? said([`逾期 ${entry.daysLate} 天`, `${entry.daysLate} days late`], lang)
              : said(['按时', 'in time'], lang),
          ].join(' · '),
  };
  return (
    <dl className="entry-facts">
      {(Object.keys(factTitles) as (keyof typeof factTitles)[])
        .filter((name) => facts[name] !== '')
        .map((name) => (
          <div key={name} data-late={name === 'lateText' ? String(isLate) : undefined}>
            <dt>{said(factTitles[name], lang)}</dt>
            <dd>{facts[name]}</dd>
          </div>
        ))}
    </dl>
  );
}

const limitOf = ({ updateDays, kind }: Entry, lang: 'zh' | 'en'): string => {
  if (updateDays > 0) return said([`${updateDays} 天`, `${updateDays} days`], lang);
  return kind === 'dataset'
    ? said(['有变化时', 'when something changes'], lang)
    : said(['随每次运行', 'with every run'], lang);
};

/** By dimension with the trend; what a model is made of stands below it, for a model has no score of its own. */
function Quality({ kind, name }: { kind: Kind; name: string }) {
  const { t, lang } = useSettings();
  const answer = useAsk(`quality ${kind} ${name}`, (signal) => catalog.quality(kind, name, signal));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return null;
  const { basis, score, datasets, days } = answer.data;
  return (
    <section data-basis={basis}>
      <h2>{t('quality')}</h2>
      <p className="hint">{said(words[basis] ?? [basis, basis], lang)}</p>
      {basis !== 'none' && (
        <>
          <Heatmap label={t('quality')} title={t('quality')} rows={[score]} nameOf={() => name} />
          {basis !== 'own' && (
            <Heatmap
              label={t('qualityDatasets')}
              title={said(['数据集', 'Data set'], lang)}
              rows={datasets}
              nameOf={(one) => `${one.zh}（${one.dataset}）`}
              onPick={(one) => navigate(`/quality?dataset=${encodeURIComponent(one.dataset)}`)}
            />
          )}
          <ScoreTrend days={days} />
        </>
      )}
    </section>
  );
}

function Flow({ label, some }: { label: string; some: readonly Neighbour[] }) {
  if (some.length === 0) return null;
  return (
    <nav aria-label={label}>
      <h2>{label}</h2>
      <ul className="flow">
        {some.map(({ kind, name, zh }) => (
          <li key={`${kind} ${name}`}>
            {kind ? (
              <Link to={`/catalog?of=${kind}&name=${encodeURIComponent(name)}`} title={zh}>
                {name}
              </Link>
            ) : (
              name
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
