import { instant } from '../format.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { VersionActions } from '../pages/VersionActions.tsx';
import { useSettings } from '../settings.tsx';
import { cleaning, type Rule, type Trial } from './api.ts';
import { kindName, kinds, textOf } from './kinds.ts';
import { stateText, words } from './words.ts';

/** One version of a rule: what it says, what trying it found, and what may be done with it. */
export function RuleView({
  rule,
  mayManage,
  onDone,
}: {
  rule: Rule;
  mayManage: boolean;
  onDone: () => void;
}) {
  const { lang, t } = useSettings();
  const history = useAsk(`events ${rule.ruleId} ${rule.state}`, (signal) =>
    cleaning.events(rule.ruleId, signal),
  );
  const is = ([zh, en]: readonly [string, string]) => (lang === 'zh' ? zh : en);
  const { action } = rule.definition;
  const word = { try: t('tryRule'), activate: t('activateRule'), retire: t('retireRule') };
  return (
    <section aria-label={t('ruleDetail')}>
      <h2>
        {kindName(action.kind, lang)} · {rule.dataset} · #{rule.ruleId} v{rule.version} ·{' '}
        {stateText(rule.state, lang)}
      </h2>
      <dl className="rule-facts">
        {(kinds[action.kind]?.parameters ?? []).map(({ name, title, as }) => (
          <div key={name}>
            <dt>{is(title)}</dt>
            <dd>{textOf(action[name], as) || '—'}</dd>
          </div>
        ))}
        <div>
          <dt>{is(words.author)}</dt>
          <dd>
            {rule.author}: {rule.reason}
          </dd>
        </div>
      </dl>
      {mayManage && rule.state !== 'retired' && (
        <VersionActions
          tryOut={rule.state === 'active' ? undefined : () => cleaning.tryOut(rule.ruleId)}
          verbs={rule.state === 'tried' ? (['activate', 'retire'] as const) : (['retire'] as const)}
          decide={(verb, reason) => cleaning.decide(rule.ruleId, verb, reason)}
          word={(name) => word[name]}
          onDone={onDone}
        />
      )}
      {rule.trial && <TrialView trial={rule.trial} />}
      <h3>{t('history')}</h3>
      <ol className="quarantine-history">
        {(history.data?.events ?? []).map((event) => (
          <li key={`${event.version} ${event.state} ${event.at}`}>
            v{event.version} {stateText(event.state, lang)} · {instant(event.at)} · {event.author} ·{' '}
            {event.reason}
          </li>
        ))}
      </ol>
    </section>
  );
}

function TrialView({ trial }: { trial: Trial }) {
  const { lang, t } = useSettings();
  const is = ([zh, en]: readonly [string, string]) => (lang === 'zh' ? zh : en);
  const titled = (...names: (keyof typeof words)[]) =>
    names.map((name) => ({ name, title: is(words[name]) }));
  const { defects } = trial;
  return (
    <>
      <h3>{t('trial')}</h3>
      <p className="notice-line" data-changed={trial.changed}>
        {lang === 'zh'
          ? `${trial.rows.toLocaleString()} 行中将有 ${trial.changed.toLocaleString()} 个值改变；该字段缺陷 ${defects.before.toLocaleString()} → ${defects.after.toLocaleString()}`
          : `${trial.changed.toLocaleString()} values of ${trial.rows.toLocaleString()} rows would change; defects ${defects.before} → ${defects.after}`}
      </p>
      {trial.quarantine?.map(({ dataset, waiting, mended }) => (
        <p key={dataset} className="notice-line" data-let-in={mended}>
          {lang === 'zh'
            ? `隔离区 ${dataset} 有 ${waiting.toLocaleString()} 行待处理，启用后下次运行将有 ${mended.toLocaleString()} 行经本规则更正入库`
            : `${mended.toLocaleString()} of ${waiting.toLocaleString()} rows of ${dataset} waiting in quarantine would land, mended by it, with the next run`}
        </p>
      ))}
      {trial.findings.length > 0 && (
        <DataTable
          label={is(words.finding)}
          columns={titled('finding', 'outcome', 'rows')}
          rows={trial.findings.map((one) => ({
            ...one,
            finding: stateText(one.finding, lang),
            outcome: stateText(one.outcome, lang),
          }))}
        />
      )}
      {trial.samples.length > 0 && (
        <DataTable
          label={is(words.samples)}
          columns={titled('field', 'before', 'after', 'rows')}
          rows={trial.samples}
        />
      )}
      <DataTable
        label={is(words.tables)}
        columns={titled('table', 'rows', 'gone', 'come')}
        rows={trial.tables.map((one) => ({ ...one }))}
      />
    </>
  );
}
