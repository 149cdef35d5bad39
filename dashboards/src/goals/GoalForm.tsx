import { useState } from 'react';
import { instant, say } from '../format.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSettings } from '../settings.tsx';
import { goals, type MetricInfo } from './api.ts';
import { historyTitles, words } from './words.ts';

const FIELDS = ['target', 'warn', 'alarm'] as const;
type Typed = Record<(typeof FIELDS)[number], string>;

/** Shares are typed in percent. */
const scaleOf = ({ unit }: MetricInfo): number => (unit === 'ratio' ? 100 : 1);
const typedOf = (metric: MetricInfo): Typed => {
  const text = (value: number | undefined) =>
    value === undefined ? '' : String(Number((value * scaleOf(metric)).toPrecision(12)));
  const { target, thresholds } = metric;
  return { target: text(target), warn: text(thresholds?.warn), alarm: text(thresholds?.alarm) };
};

/** The target and thresholds of one metric, who set them, and for whom may, how to set others. */
export function GoalForm({
  metric,
  mayManage,
  onDone,
}: {
  metric: MetricInfo;
  mayManage: boolean;
  onDone: () => void;
}) {
  const { lang } = useSettings();
  const history = useAsk(`goals ${metric.name}`, (signal) => goals.history(metric.name, signal));
  const { error, busy, attempt } = useAttempt();
  const [typed, setTyped] = useState(typedOf(metric));
  const [reason, setReason] = useState('');
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const figure = (text: string) => (text.trim() === '' ? null : Number(text) / scaleOf(metric));
  const [target, warn, alarm] = FIELDS.map((name) => figure(typed[name]));
  const figureText = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : say(value, metric.unit, lang);
  const areFigures = FIELDS.every((name) => !Number.isNaN(figure(typed[name])));
  const areWhole = (warn === null) === (alarm === null);
  const decide = (work: () => Promise<unknown>) =>
    attempt(async () => {
      await work();
      setReason('');
      history.again();
      onDone();
    });
  const save = () =>
    goals.set(
      metric.name,
      {
        target: target ?? null,
        thresholds: typeof warn === 'number' && typeof alarm === 'number' ? { warn, alarm } : null,
      },
      reason.trim(),
    );
  return (
    <section aria-label={metric.zh} data-goal-of={metric.name}>
      <h2>{metric.zh}</h2>
      <p>{metric.formulaZh}</p>
      {mayManage && (
        <div className="choices" role="group">
          {FIELDS.map((name) => (
            <label key={name}>
              {word(name)}
              {metric.unit === 'ratio' ? ' %' : ''}{' '}
              <input
                name={name}
                inputMode="decimal"
                size={10}
                value={typed[name]}
                disabled={name !== 'target' && metric.better === 'neutral'}
                onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
              />
            </label>
          ))}
          <ReasonField value={reason} onChange={setReason} />
          <button
            type="button"
            disabled={busy || !isReason(reason) || !areFigures || !areWhole}
            onClick={() => decide(save)}
          >
            {word('save')}
          </button>
          {metric.isGoalSet && (
            <button
              type="button"
              disabled={busy || !isReason(reason)}
              onClick={() => decide(() => goals.restore(metric.name, reason.trim()))}
            >
              {word('restore')}
            </button>
          )}
        </div>
      )}
      {error && <Failure error={error} />}
      {history.error && <Failure error={history.error} retry={history.again} />}
      {history.data && history.data.goals.length > 0 && (
        <DataTable
          label={word('history')}
          columns={columnsOf(historyTitles, lang)}
          rows={history.data.goals.map((one) => ({
            ...one,
            at: instant(one.at),
            what: one.isShipped ? word('restored') : '',
            target: figureText(one.target),
            warn: figureText(one.thresholds?.warn),
            alarm: figureText(one.thresholds?.alarm),
          }))}
        />
      )}
    </section>
  );
}
