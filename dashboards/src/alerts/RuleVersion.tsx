import { DataTable } from '../pages/DataTable.tsx';
import { type Both, columnsOf, said } from '../pages/titles.ts';
import { VersionActions } from '../pages/VersionActions.tsx';
import { useSettings } from '../settings.tsx';
import { alerts, type Trial, type Verb, type Version } from './api.ts';
import { ruleWords } from './words.ts';

/** What may be done with a version in each state. */
const VERBS: Record<Version['state'], readonly Verb[]> = {
  draft: ['retire'],
  tried: ['activate', 'retire'],
  active: ['pause', 'retire'],
  paused: ['resume', 'retire'],
  retired: [],
};
const MONTHS = 3;

/** One version staff wrote: what it changes against the shipped rule, what trying it found, and what may be done with it. */
export function RuleVersion({
  version,
  mayManage,
  onDone,
}: {
  version: Version;
  mayManage: boolean;
  onDone: () => void;
}) {
  const { lang } = useSettings();
  const { definition, shipped, state, ruleId } = version;
  const word = (name: string) => said(ruleWords[name] ?? [name, name], lang);
  return (
    <section aria-label={version.rule} data-version={state}>
      <h2>
        {'rule' in definition ? definition.rule.zh : `${shipped?.zh ?? version.rule} · ${word('off')}`} · #
        {ruleId} v{version.version} · {word(state)}
      </h2>
      <p className="hint">
        {version.author}: {version.reason}
      </p>
      {'rule' in definition && <pre>{conditionsText(definition.rule)}</pre>}
      {shipped && (
        <p className="hint">
          {word('shipped')}: {conditionsText(shipped)}
        </p>
      )}
      {mayManage && state !== 'retired' && (
        <VersionActions
          tryOut={state === 'draft' || state === 'tried' ? () => alerts.tryOut(ruleId, MONTHS) : undefined}
          verbs={VERBS[state]}
          decide={(verb, reason) => alerts.decide(ruleId, verb, reason)}
          word={word}
          onDone={onDone}
        />
      )}
      {version.trial && <TrialView trial={version.trial} />}
    </section>
  );
}

const conditionsText = (rule: { when?: unknown; raise?: unknown; of?: unknown; level: string }): string =>
  JSON.stringify({ level: rule.level, when: rule.when, of: rule.of, raise: rule.raise });

const titles: Record<'changes' | 'past' | 'streets' | 'overlaps' | 'samples', Record<string, Both>> = {
  changes: {
    zh: ['规则', 'Rule'],
    opens: ['新增案件', 'Opens'],
    closes: ['不再成立', 'Closes'],
    relevels: ['级别变化', 'Levels'],
  },
  past: {
    asOf: ['历史月末', 'Month end'],
    found: ['命中', 'Found'],
    high: ['重大', 'Grave'],
    medium: ['一般', 'Medium'],
    low: ['提示', 'Low'],
  },
  streets: { street: ['街道', 'Street'], found: ['命中', 'Found'] },
  overlaps: { zh: ['同时成立的规则', 'Also holds'], objects: ['对象', 'Objects'] },
  samples: {
    place: ['示例（已脱敏）', 'Sample (masked)'],
    evidence: ['依据', 'Evidence'],
    since: ['起始', 'Since'],
  },
};
const figures = new Set(['opens', 'closes', 'relevels', 'found', 'high', 'medium', 'low', 'objects']);

function TrialView({ trial }: { trial: Trial }) {
  const { lang } = useSettings();
  const { high, medium, low } = trial.levels;
  return (
    <>
      <p className="notice-line" data-found={trial.found}>
        {lang === 'zh'
          ? `截至 ${trial.asOf} 命中 ${trial.found}：重大 ${high}，一般 ${medium}，提示 ${low}`
          : `${trial.found} found as of ${trial.asOf}: grave ${high}, medium ${medium}, low ${low}`}
      </p>
      {(Object.keys(titles) as (keyof typeof titles)[])
        .filter((part) => trial[part].length > 0)
        .map((part) => (
          <DataTable
            key={part}
            label={part}
            columns={columnsOf(titles[part], lang, figures)}
            rows={trial[part].map((one) => ({ ...one }))}
          />
        ))}
    </>
  );
}
