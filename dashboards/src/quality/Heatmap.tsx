import { useSettings } from '../settings.tsx';
import { dimensions, type DimensionName, type Score } from './api.ts';

/** A score in points, two decimals; a dash where nothing was measured. What is not all good is never rounded up to 100. */
export const points = (score: number | null): string =>
  score === null ? '—' : (score < 1 ? Math.min(100 * score, 99.99) : 100).toFixed(2);

/** Five classes; a source under 90 is bad, and almost all are above 99. */
const classOf = (score: number | null): string =>
  score === null
    ? 'none'
    : score < 0.9
      ? 'a'
      : score < 0.97
        ? 'b'
        : score < 0.99
          ? 'c'
          : score < 0.999
            ? 'd'
            : 'e';

interface HeatmapProps<T extends Score> {
  label: string;
  title: string;
  rows: readonly T[];
  nameOf: (row: T) => string;
  /** The name in the system, under the other. */
  codeOf?: (row: T) => string;
  onPick?: (row: T) => void;
}

/** One row a thing, one column a dimension, the colour its class; each cell says good of total. */
export function Heatmap<T extends Score>({ label, title, rows, nameOf, codeOf, onPick }: HeatmapProps<T>) {
  const { lang, t } = useSettings();
  const index = lang === 'zh' ? 0 : 1;
  if (rows.length === 0) return <p className="nothing">{t('noData')}</p>;
  const names = Object.keys(dimensions) as DimensionName[];
  return (
    <div className="table-box">
      <table aria-label={label} className="heatmap">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col" className="figure">
              {lang === 'zh' ? '综合' : 'Overall'}
            </th>
            {names.map((name) => (
              <th key={name} scope="col" className="figure">
                {dimensions[name][index]}
              </th>
            ))}
            {onPick && <th />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={codeOf?.(row) ?? nameOf(row)}>
              <td className="heatmap-name">
                {nameOf(row)}
                {codeOf && <small>{codeOf(row)}</small>}
              </td>
              <td className="figure" data-score={classOf(row.overall)}>
                {points(row.overall)}
              </td>
              {names.map((name) => {
                const { good, total, score } = row.dimensions[name];
                return (
                  <td
                    key={name}
                    className="figure"
                    data-score={classOf(score)}
                    title={`${Math.round(good).toLocaleString()} / ${Math.round(total).toLocaleString()}`}
                  >
                    {points(score)}
                  </td>
                );
              })}
              {onPick && (
                <td className="row-actions">
                  <button type="button" onClick={() => onPick(row)}>
                    {lang === 'zh' ? '查看' : 'Open'}
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
