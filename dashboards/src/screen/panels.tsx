import { useMemo } from 'react';
import { Chart } from '../charts/Chart.tsx';
import { drillOf } from '../charts/parts.ts';
import { say, show } from '../format.ts';
import { Link, navigate } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import {
  columnOption,
  type Column,
  stackOption,
  type StackPart,
  trendOption,
  type TrendSeries,
} from './charts.ts';
import { answerOf, single, useOverviewState } from './context.ts';
import { drillPath, ids, SUPPLY, VACANCY } from './overview.ts';
import { Panel } from './Panel.tsx';

const goTo = (event: { data?: unknown }) => {
  const drill = drillOf(event.data);
  if (drill) navigate(drill);
};

function Legend({ items }: { items: { name: string; colour: string; line?: boolean }[] }) {
  return (
    <ul className="legend">
      {items.map((item) => (
        <li key={item.name}>
          <i className={item.line ? 'legend-line' : ''} style={{ background: item.colour }} />
          {item.name}
        </li>
      ))}
    </ul>
  );
}

/** Projects and dwellings of both kinds, and the dwellings by state. */
export function SupplyPanel() {
  const { focus, snapshot } = useOverviewState();
  const { lang, palette, t } = useSettings();
  const states = answerOf(snapshot, ids.states);
  const { option, parts } = useMemo(() => {
    const kinds = new Map<string, string>();
    const sums = new Map<string, { name: string; sum: number }>();
    for (const row of states.rows) {
      const [kind, state] = [row.keys['project_kind'] ?? '', row.keys['dwelling_state'] ?? ''];
      kinds.set(kind, row.labels['project_kind'] ?? kind);
      const seen = sums.get(state);
      sums.set(state, {
        name: row.labels['dwelling_state'] ?? state,
        sum: (seen?.sum ?? 0) + (row.value ?? 0),
      });
    }
    // 公租房 first, as everywhere on the screen.
    const kindCodes = [...kinds.keys()].sort().reverse();
    const largest = [...sums].sort((a, b) => b[1].sum - a[1].sum).map(([code]) => code);
    // Six categories at most: the rest is one part, named as such.
    const own = largest.length > 6 ? largest.slice(0, 5) : largest;
    const amount = (kind: string, codes: string[]) =>
      states.rows
        .filter(
          (row) => row.keys['project_kind'] === kind && codes.includes(row.keys['dwelling_state'] ?? ''),
        )
        .reduce((sum, row) => sum + (row.value ?? 0), 0);
    const made: StackPart[] = own.map((state, i) => ({
      name: sums.get(state)?.name ?? state,
      colour: palette.categories[i]!,
      values: kindCodes.map((kind) => ({
        value: amount(kind, [state]),
        drill: drillPath('dwelling_total', focus, { project_kind: kind, dwelling_state: state }),
      })),
    }));
    const rest = largest.slice(own.length);
    if (rest.length > 0) {
      made.push({
        name: lang === 'zh' ? '其他' : 'Other',
        colour: palette.categories[5]!,
        values: kindCodes.map((kind) => ({
          value: amount(kind, rest),
          drill: drillPath('dwelling_total', focus, { project_kind: kind, dwelling_state: rest.join(',') }),
        })),
      });
    }
    const names = kindCodes.map((kind) => kinds.get(kind) ?? kind);
    return { option: stackOption({ palette, lang }, names, made, t('dwellings')), parts: made };
  }, [states, palette, lang, focus, t]);
  const pair = (name: string, projects: string, units: string) => (
    <div className="supply-pair">
      <span>{name}</span>
      <Link to={drillPath(projects, focus)} className="number">
        {say(single(snapshot, ids.supply(projects)), 'count', lang)}
        <small>{lang === 'zh' ? '个项目' : ' projects'}</small>
      </Link>
      <Link to={drillPath(units, focus)} className="number">
        {say(single(snapshot, ids.supply(units)), 'count', lang)}
        <small>{lang === 'zh' ? '套' : ' dwellings'}</small>
      </Link>
    </div>
  );
  return (
    <Panel name="supply" title={t('supply')} uses={[ids.states, ...SUPPLY.map(ids.supply)]}>
      <div className="column">
        <div className="supply-pairs">
          {pair(lang === 'zh' ? '公租房' : 'Public', 'prh_project_cnt', 'prh_unit_cnt')}
          {pair(lang === 'zh' ? '保租房' : 'Affordable', 'arh_project_cnt', 'arh_unit_cnt')}
        </div>
        <div className="grow">
          <Chart option={option} label={t('supply')} onPick={goTo} />
        </div>
        <Legend items={parts} />
      </div>
    </Panel>
  );
}

interface TrendPanelProps {
  name: string;
  title: string;
  unit: string;
  series: { metric: string; name: string; colour: string; as: 'bar' | 'line'; noun?: string }[];
  aside?: React.ReactNode;
}

function TrendPanel({ name, title, unit, series, aside }: TrendPanelProps) {
  const { focus, snapshot } = useOverviewState();
  const { lang, palette } = useSettings();
  const option = useMemo(() => {
    const full = series.map((one): TrendSeries => {
      const answer = answerOf(snapshot, ids.month(one.metric));
      const drill = (period: string) => drillPath(one.metric, focus, { period, grain: 'month' });
      return { ...one, rows: answer.rows, unit: answer.unit, drill };
    });
    return trendOption({ palette, lang }, full, unit);
  }, [snapshot, palette, lang, focus, series, unit]);
  const legend = series.map((one) => ({ name: one.name, colour: one.colour, line: one.as === 'line' }));
  return (
    <Panel
      name={name}
      title={title}
      uses={series.map((one) => ids.month(one.metric))}
      extra={aside ?? <Legend items={legend} />}
    >
      <Chart option={option} label={title} onPick={goTo} />
    </Panel>
  );
}

export function ApplicationsPanel() {
  const { lang, palette, t } = useSettings();
  const series = useMemo((): TrendPanelProps['series'] => {
    const noun = lang === 'zh' ? '件' : '';
    return [
      { metric: 'application_cnt', name: t('applied'), colour: palette.categories[1]!, as: 'bar', noun },
      {
        metric: 'application_passed_cnt',
        name: t('passed'),
        colour: palette.categories[0]!,
        as: 'bar',
        noun,
      },
      { metric: 'application_pass_rate', name: t('passRate'), colour: palette.accent, as: 'line' },
    ];
  }, [lang, palette, t]);
  return (
    <TrendPanel
      name="applications"
      title={t('applications')}
      unit={lang === 'zh' ? '件' : 'cases'}
      series={series}
    />
  );
}

export function SubsidiesPanel() {
  const { focus, snapshot } = useOverviewState();
  const { lang, palette, t } = useSettings();
  const series = useMemo(
    (): TrendPanelProps['series'] => [
      { metric: 'subsidy_paid_amount', name: t('paidOut'), colour: palette.categories[2]!, as: 'bar' },
    ],
    [palette, t],
  );
  const people = show(single(snapshot, ids.subsidised), 'person', lang);
  const aside = (
    <Link to={drillPath('subsidy_person_cnt', focus)} className="number aside">
      <small>{lang === 'zh' ? '补贴' : 'Receiving'} </small>
      {people.text}
      <small> {people.unit}</small>
    </Link>
  );
  return (
    <TrendPanel
      name="subsidies"
      title={t('subsidies')}
      unit={lang === 'zh' ? '元' : 'yuan'}
      series={series}
      aside={aside}
    />
  );
}

export function RentPanel() {
  const { lang, palette, t } = useSettings();
  const series = useMemo(
    (): TrendPanelProps['series'] => [
      { metric: 'rent_due_amount', name: t('due'), colour: palette.categories[1]!, as: 'bar' },
      { metric: 'rent_paid_amount', name: t('paid'), colour: palette.categories[0]!, as: 'bar' },
      { metric: 'rent_collection_rate', name: t('collectionRate'), colour: palette.accent, as: 'line' },
    ],
    [palette, t],
  );
  return <TrendPanel name="rent" title={t('rent')} unit={lang === 'zh' ? '元' : 'yuan'} series={series} />;
}

/** The same question asked of contracts, doors and meters: where they disagree someone must look. */
export function VacancyPanel() {
  const { focus, snapshot } = useOverviewState();
  const { lang, t } = useSettings();
  const total = single(snapshot, ids.kpi('dwelling_total'));
  const measures = [
    { metric: VACANCY[0], name: t('byContract'), hint: t('byContractHint') },
    { metric: VACANCY[1], name: t('byDoors'), hint: t('byDoorsHint') },
    { metric: VACANCY[2], name: t('byMeters'), hint: t('byMetersHint') },
  ].map((measure) => ({ ...measure, value: single(snapshot, ids.vacancy(measure.metric)) }));
  const longest = Math.max(1, ...measures.map((measure) => measure.value ?? 0));
  return (
    <Panel name="vacancy" title={t('vacancy')} uses={VACANCY.map(ids.vacancy)}>
      <ul className="vacancy">
        {measures.map((measure) => (
          <li key={measure.metric}>
            <Link to={drillPath(measure.metric, focus)} className="vacancy-row">
              <span className="vacancy-name">
                {measure.name}
                <small>{measure.hint}</small>
              </span>
              <span className="vacancy-bar">
                <i style={{ width: `${((measure.value ?? 0) / longest) * 100}%` }} />
              </span>
              <span className="vacancy-value">
                <b>{say(measure.value, 'count', lang)}</b>
                <small title={t('ofTotal')}>
                  {total && measure.value !== null ? say(measure.value / total, 'ratio', lang) : '—'}
                </small>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function ViolationsPanel() {
  const { focus, snapshot } = useOverviewState();
  const { lang, palette, t } = useSettings();
  const answer = answerOf(snapshot, ids.rules);
  const noun = lang === 'zh' ? '条' : '';
  const option = useMemo(() => {
    const columns: Column[] = [...answer.rows]
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
      .slice(0, 8)
      .map((row) => {
        const rule = row.keys['rule'] ?? '';
        const drill = drillPath('violation_cnt', focus, { rule });
        return { name: row.labels['rule'] ?? rule, value: row.value, colour: palette.orange, drill };
      });
    return columnOption({ palette, lang }, columns, lang === 'zh' ? '条' : 'alerts', noun);
  }, [answer, palette, lang, focus, noun]);
  return (
    <Panel name="violations" title={t('violations')} uses={[ids.rules]}>
      <Chart option={option} label={t('violations')} onPick={goTo} />
    </Panel>
  );
}
