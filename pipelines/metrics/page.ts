/** `docs/coverage-metrics.md`: which metric serves each number of catalog section B, and why the others have none. */
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import { loadMetrics, type Metric } from './definition.ts';
import { metricNumbers, referencesOf, type Unserved, unservedNumbers } from './unserved.ts';

const STATE = { nothing: 'no data', later: 'to be built', elsewhere: 'elsewhere' } as const;

/** @param models the dbt project's directory */
export async function metricCoveragePage(models: string): Promise<GeneratedFile> {
  const directory = `${models}/metrics`;
  return {
    path: 'docs/coverage-metrics.md',
    content: pageOf(await loadMetrics(directory), await unservedNumbers(directory)),
  };
}

function pageOf(metrics: readonly Metric[], without: Unserved): string {
  const serving = (number: string) => metrics.filter((metric) => referencesOf(metric).includes(number));
  const numbers = metricNumbers();
  const served = numbers.filter((number) => serving(number).length > 0);
  const unexplained = numbers.filter((number) => serving(number).length === 0 && !without[number]);
  const partly = served.filter((number) => without[number]?.part !== undefined);
  const explained = (is: keyof typeof STATE): number =>
    numbers.filter((number) => serving(number).length === 0 && without[number]?.is === is).length;
  return [
    '# Coverage of metrics',
    '',
    `<!-- ${GENERATED} From models/metrics. -->`,
    '',
    `Of the ${numbers.length} numbers of catalog section B ${served.length} are served by metrics (${partly.length} but for a part), ${explained('elsewhere')} by another page, ${explained('later')} are to be built, for ${explained('nothing')} no data set exists, ${unexplained.length} are unexplained.`,
    'Numbers that are a trend or a share are served by the metric whose history or split they are.',
    '',
    '| number | metrics | state |',
    '|---|---|---|',
    ...numbers.map((number) => {
      const own = serving(number);
      const why = without[number];
      if (own.length > 0)
        return `| ${number} | ${own.map(({ name, zh }) => `${zh} \`${name}\``).join('<br>')} | a metric${why?.part === undefined ? '' : `, but for ${why.part}: ${why.why}`} |`;
      return why
        ? `| ${number} | ${why.zh} | ${STATE[why.is]}: ${why.why} |`
        : `| ${number} | | unexplained |`;
    }),
    '',
    '## The metrics',
    '',
    `${metrics.length} in all. Grain: \`day\` is a snapshot, whose daily record answers months, quarters and years; \`flow\` is counted by its date at any of the three.`,
    '',
    '| metric | what it counts | unit | grain | clause | version |',
    '|---|---|---|---|---|---:|',
    ...metrics.map(
      (metric) =>
        `| ${metric.zh} \`${metric.name}\` | ${metric.formula_zh} | ${metric.unit} | ${metric.time === null ? 'day' : 'flow'} | ${metric.reference} | ${metric.version} |`,
    ),
    '',
  ].join('\n');
}
