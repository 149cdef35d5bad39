import { api } from '../api/client.ts';
import type { Filters, Grain } from '../api/types.ts';
import { say } from '../format.ts';
import { goals } from '../goals/api.ts';
import { goalFor, goalText, judge } from '../goals/judge.ts';
import { Link, navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { DataTable, Pager } from './DataTable.tsx';
import { Failure, Shell } from './Shell.tsx';
import { useAsk } from './useAsk.ts';

const PAGE = 50;
/** Fields of the address that say what is asked; every other field is a filter. */
const NOT_FILTERS = new Set(['metric', 'period', 'grain', 'offset', 'lang', 'theme']);
const GRAINS: Grain[] = ['day', 'week', 'month', 'quarter', 'year'];

/** Several codes of one filter stand in the address with commas between them. */
function filtersIn(query: URLSearchParams): Filters {
  const filters: Filters = {};
  for (const [name, value] of query) {
    if (NOT_FILTERS.has(name)) continue;
    const codes = value.split(',');
    filters[name] = codes.length > 1 ? codes : value;
  }
  return filters;
}

const filterTitles: Record<string, string> = {
  district: '区县',
  street: '街道',
  community: '社区',
  project: '项目',
  project_kind: '项目类型',
  dwelling_state: '房屋状态',
  rule: '规则',
};

/** The records behind a number of the screen: the same filters, the same count (M1: 数据可追溯). */
export function Drill() {
  const { lang, t } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const metric = query.get('metric') ?? '';
  const period = query.get('period') ?? undefined;
  const grain = GRAINS.find((one) => one === query.get('grain'));
  const offset = Math.max(0, Number(query.get('offset')) || 0);
  const filters = filtersIn(query);
  const asked = { metric, filters, period, grain, limit: PAGE, offset };
  const answer = useAsk(JSON.stringify(asked), (signal) => api.drill(asked, signal));
  const metrics = useAsk('metrics', goals.metrics);
  const places = useAsk('divisions', (signal) => api.divisions(signal));
  const nameOf = (code: string) =>
    places.data?.divisions.find((division) => division.code === code)?.name ?? code;
  const info = metrics.data?.metrics.find((one) => one.name === metric);
  const { data, error } = answer;
  // Back to where the number was read.
  const place = filters['community'] ?? filters['street'] ?? filters['district'];
  return (
    <Shell title={`${t('drill')} · ${info?.zh ?? metric}`}>
      <p className="drill-about">
        <Link to={place ? `/?at=${String(place)}` : '/'}>‹ {t('overview')}</Link>
        {data && (
          <strong data-drill-value={data.value ?? ''}>{say(data.value, info?.unit ?? 'count', lang)}</strong>
        )}
        {info && goalText(info, lang) !== '' && (
          <Link
            to={`/goals?metric=${encodeURIComponent(metric)}`}
            className={`goal ${judge(data?.value, goalFor(info, Object.keys(filters).length === 0))}`}
          >
            {goalText(info, lang)}
          </Link>
        )}
        {period && <span>{period}</span>}
        {Object.entries(filters).map(([name, value]) => (
          <span key={name} className="chip">
            {lang === 'zh' ? (filterTitles[name] ?? name) : name}: {[value].flat().map(nameOf).join('、')}
          </span>
        ))}
        {me?.rights.includes('runs:read') && (
          <Link to={`/catalog?of=metric&name=${encodeURIComponent(metric)}`}>{t('catalog')}</Link>
        )}
        {info?.formulaZh && (
          <span>
            {t('formula')}: {info.formulaZh}
          </span>
        )}
        {info?.reference && <small>{info.reference}</small>}
      </p>
      {error && <Failure error={error} retry={answer.again} />}
      {data && (
        <>
          <DataTable
            label={info?.zh ?? metric}
            columns={data.columns.map((column) => ({
              name: column.name,
              title: lang === 'zh' ? column.zh : column.name,
            }))}
            rows={data.rows}
          />
          <Pager
            total={data.total}
            limit={PAGE}
            offset={offset}
            onMove={(to) => navigate(withQuery({ offset: to ? String(to) : null }))}
          />
        </>
      )}
      {!data && !error && <p className="nothing">{t('loading')}</p>}
    </Shell>
  );
}
