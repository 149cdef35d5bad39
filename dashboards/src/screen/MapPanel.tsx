import { useMemo } from 'react';
import type { MetricRow } from '../api/types.ts';
import { Chart, type ChartOption } from '../charts/Chart.tsx';
import { textStyle, tip, tooltip } from '../charts/parts.ts';
import { echarts } from '../charts/echarts.ts';
import { say, shareOf, show } from '../format.ts';
import { Link, navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { textOn } from '../theme.ts';
import { answerOf, single, useOverviewState } from './context.ts';
import { childDimension } from './divisions.ts';
import { AREA_METRICS, AREA_SIZE, type AreaMetric, drillPath, FACTS, ids } from './overview.ts';
import { Panel } from './Panel.tsx';
import { classLimits, classOf, frameOf, tileMap } from './tiles.ts';

/** The metric an address chooses; the first one otherwise. */
export function useAreaMetric(field: 'metric' | 'rank'): AreaMetric {
  const asked = useQuery().get(field);
  return AREA_METRICS.find((area) => area.metric === asked) ?? AREA_METRICS[0]!;
}

interface TabsProps {
  field: 'metric' | 'rank';
  label: string;
}

export function MetricTabs({ field, label }: TabsProps) {
  const { lang } = useSettings();
  const chosen = useAreaMetric(field);
  return (
    <div className="tabs" role="group" aria-label={label}>
      {AREA_METRICS.map((area) => (
        <button
          key={area.metric}
          type="button"
          aria-pressed={area === chosen}
          onClick={() => navigate(withQuery({ [field]: area.metric }), true)}
        >
          {area.name[lang]}
        </button>
      ))}
    </div>
  );
}

/** Where we are, and the way back up. */
function Breadcrumb() {
  const { focus, tree } = useOverviewState();
  const { t } = useSettings();
  const path = tree.path(focus);
  return (
    <nav className="breadcrumb" aria-label={t('breadcrumb')}>
      <Link to={withQuery({ at: null })} current={path.length === 0}>
        {t('city')}
      </Link>
      {path.map((division, i) => (
        <span key={division.code}>
          <i aria-hidden="true">›</i>
          <Link to={withQuery({ at: division.code })} current={i === path.length - 1}>
            {division.name}
          </Link>
        </span>
      ))}
      {path.length > 0 && (
        <Link to={withQuery({ at: path.at(-2)?.code ?? null })} className="up">
          {t('up')}
        </Link>
      )}
    </nav>
  );
}

function Facts() {
  const { focus, snapshot } = useOverviewState();
  const { lang, t } = useSettings();
  return (
    <ul className="facts">
      {FACTS.map((fact) => {
        const answer = answerOf(snapshot, ids.fact(fact.metric));
        const shown = show(single(snapshot, ids.fact(fact.metric)), answer.unit, lang, fact.noun[lang]);
        return (
          <li key={fact.metric}>
            <Link to={drillPath(fact.metric, focus)} title={answer.problem?.message}>
              <span>
                {fact.name[lang]}
                {answer.problem && <em className="old-mark">{answer.stale ? t('oldValue') : t('failed')}</em>}
              </span>
              <b>
                {shown.text}
                <small>{shown.unit}</small>
              </b>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** The city's districts, a district's streets or a street's communities as tiles, coloured by one metric. */
export function MapPanel() {
  const { focus, tree, treeProblem, snapshot } = useOverviewState();
  const { lang, palette, t } = useSettings();
  const area = useAreaMetric('metric');
  // A community has nothing below it: its street stays in view with the community marked.
  const base = useMemo(() => (focus.level === 'community' ? tree.parent(focus) : focus), [focus, tree]);
  const shown = useMemo(() => tree.childrenOf(base), [tree, base]);
  const child = childDimension(base);
  const answer = answerOf(snapshot, ids.map(area.metric));
  const ramp = area.better === 'lower' ? palette.rampBad : palette.rampGood;

  const { mapName, features } = useMemo(() => {
    const name = `tiles-${base.level}-${base.code}-${shown.length}`;
    const parts =
      base.level === 'city' ? (code: string) => tree.childrenOf({ level: 'district', code }) : () => [];
    const map = tileMap(shown, (division) => parts(division.code));
    echarts.registerMap(name, map as never);
    return { mapName: name, features: map.features };
  }, [shown, tree, base]);

  const rowsOf = useMemo(() => {
    const byMetric = new Map<string, Map<string, MetricRow>>();
    for (const metric of [...AREA_METRICS.map((one) => one.metric), AREA_SIZE.metric]) {
      const rows = answerOf(snapshot, ids.map(metric)).rows;
      byMetric.set(metric, new Map(rows.map((row) => [row.keys[child] ?? '', row])));
    }
    return byMetric;
  }, [snapshot, child]);

  const limits = useMemo(
    () =>
      classLimits(
        [...(rowsOf.get(area.metric)?.values() ?? [])].flatMap((row) =>
          row.value === null ? [] : [row.value],
        ),
      ),
    [rowsOf, area],
  );

  const option = useMemo((): ChartOption => {
    const facts = (code: string) =>
      [...AREA_METRICS, AREA_SIZE].map((one) => {
        const row = rowsOf.get(one.metric)?.get(code);
        const unit = answerOf(snapshot, ids.map(one.metric)).unit;
        return {
          label: one.name[lang],
          value: say(row?.value, unit, lang, one.noun[lang]),
          note: shareOf(row, unit, lang),
        };
      });
    const small = shown.length > 24;
    return {
      tooltip: {
        ...tooltip(palette),
        trigger: 'item',
        formatter: (params) => {
          const code = (params as { name: string }).name;
          return tip(tree.name(code), facts(code));
        },
      },
      series: [
        {
          type: 'map',
          id: 'tiles',
          map: mapName,
          roam: false,
          aspectScale: 1,
          preserveAspect: 'contain',
          boundingCoords: frameOf(features),
          left: 24,
          right: 24,
          top: 16,
          bottom: 40,
          selectedMode: false,
          data: shown.map((division) => {
            const value = rowsOf.get(area.metric)?.get(division.code)?.value ?? null;
            const fill = value === null ? palette.none : ramp[classOf(value, limits)]!;
            const marked = division.code === focus.code;
            const colour = value === null ? palette.text : textOn(fill);
            return {
              name: division.code,
              value: value ?? NaN,
              itemStyle: {
                areaColor: fill,
                borderColor: marked ? palette.accent : palette.panel,
                borderWidth: marked ? 4 : 3,
              },
              label: {
                show: true,
                color: colour,
                formatter: `{name|${tree.name(division.code).replace(/[{}|]/g, '')}}\n{value|${say(value, answer.unit, lang)}}`,
                rich: {
                  name: {
                    ...textStyle(palette, small ? 12 : 15),
                    color: colour,
                    lineHeight: small ? 16 : 20,
                  },
                  value: {
                    ...textStyle(palette, small ? 13 : 18),
                    color: colour,
                    fontWeight: 700,
                    lineHeight: small ? 18 : 24,
                  },
                },
              },
              emphasis: {
                itemStyle: { areaColor: fill, borderColor: palette.accent, borderWidth: 4 },
                label: { show: true, color: colour },
              },
            };
          }),
        },
      ],
    };
  }, [
    shown,
    rowsOf,
    limits,
    ramp,
    palette,
    lang,
    tree,
    mapName,
    features,
    area,
    answer.unit,
    focus.code,
    snapshot,
  ]);

  const legend = [...new Set(limits.map((limit) => classOf(limit, limits)))];
  return (
    <Panel
      name="map"
      title={t('map')}
      uses={[ids.map(area.metric)]}
      needs={treeProblem ?? (tree.empty ? 'loading' : undefined)}
      extra={
        <>
          <Breadcrumb />
          <MetricTabs field="metric" label={t('mapMetric')} />
        </>
      }
    >
      <div className="column">
        <div className="grow map" data-map={mapName}>
          <Chart
            option={option}
            label={`${t('map')} · ${area.name[lang]}`}
            onPick={(event) => navigate(withQuery({ at: event.name }))}
          />
          <ul className="map-keys" aria-label={t('map')}>
            {shown.map((division) => (
              <li key={division.code}>
                <Link to={withQuery({ at: division.code })}>
                  {division.name} {say(rowsOf.get(area.metric)?.get(division.code)?.value, answer.unit, lang)}
                </Link>
              </li>
            ))}
          </ul>
          <ol className="map-legend" aria-label={area.name[lang]}>
            <li>{area.name[lang]}</li>
            {legend.map((at, i) => (
              <li key={at}>
                <i style={{ background: ramp[at] }} />≤ {say(limits[i], answer.unit, lang)}
              </li>
            ))}
            <li>
              <i style={{ background: palette.none }} />
              {t('noDivision')}
            </li>
          </ol>
          <p className="map-note">{t('schematic')}</p>
        </div>
        <Facts />
      </div>
    </Panel>
  );
}
