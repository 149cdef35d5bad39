/** `docs/coverage-alerts.md`: which rule serves each number of catalog section C, and why the others have none. */
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import { type AlertRule, FAMILIES, isSummed } from './rule.ts';
import { rulesOf, type Unserved, unserved } from './shipped.ts';

/** The numbers of section C, first and last of each run of them. */
const NUMBERS = [
  [1, 46],
  [50, 53],
  [60, 79],
  [85, 106],
  [110, 117],
] as const;

export const alertNumbers = (): string[] =>
  NUMBERS.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, k) => `AL${String(from + k).padStart(2, '0')}`),
  );

const STATE = { nothing: 'no data', later: 'to be built', elsewhere: 'elsewhere' } as const;

export async function alertCoveragePage(models: string): Promise<GeneratedFile> {
  const rules = await rulesOf(models);
  return { path: 'docs/coverage-alerts.md', content: pageOf(rules, await unserved(models)) };
}

function pageOf(rules: readonly AlertRule[], without: Unserved): string {
  const serving = (number: string) => rules.filter(({ references }) => references.includes(number));
  const numbers = alertNumbers();
  const served = numbers.filter((number) => serving(number).length > 0);
  const later = numbers.filter((number) => serving(number).length === 0 && without[number]?.is === 'later');
  const unexplained = numbers.filter((number) => serving(number).length === 0 && !without[number]);
  return [
    '# Coverage of alerts and warnings',
    '',
    `<!-- ${GENERATED} From models/alerts. -->`,
    '',
    `Of the ${numbers.length} numbers of catalog section C ${served.length} are served by ${rules.length} rules, ${later.length} are to be built, why the other ${numbers.length - served.length - unexplained.length - later.length} have no rule is said below, ${unexplained.length} are unexplained.`,
    '',
    '| number | rules | state |',
    '|---|---|---|',
    ...numbers.map((number) => {
      const own = serving(number);
      const why = without[number];
      if (own.length > 0)
        return `| ${number} | ${own.map(({ rule, zh }) => `${zh} \`${rule}\``).join('<br>')} | a rule |`;
      return why
        ? `| ${number} | ${why.zh} | ${STATE[why.is]}: ${why.why} |`
        : `| ${number} | | unexplained |`;
    }),
    '',
    '## The rules',
    '',
    '| rule | family | about | level | looked at | days | points |',
    '|---|---|---|---|---|---:|---:|',
    ...rules.map(
      (rule) =>
        `| ${rule.zh} \`${rule.rule}\` | ${FAMILIES[rule.family]} | ${isSummed(rule) ? `${rule.subject}, from ${rule.of.subjects.join(', ')}` : rule.subject} | ${rule.level} | ${rule.looked_at} | ${rule.due_days} | ${rule.credit_points} |`,
    ),
    '',
  ].join('\n');
}
