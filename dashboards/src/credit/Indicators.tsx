import { useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { VersionActions } from '../pages/VersionActions.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { credit, type Indicator, type IndicatorVersion, type IndicatorVerb } from './api.ts';
import { indicatorTitles, versionTitles, words } from './words.ts';

/** What may be done with a version in each state. */
const VERBS: Record<IndicatorVersion['state'], readonly IndicatorVerb[]> = {
  draft: ['retire'],
  tried: ['activate', 'retire'],
  active: ['pause', 'retire'],
  paused: ['resume', 'retire'],
  retired: [],
};
const numberOf = ({ ruleId, version }: IndicatorVersion): string => `${ruleId}.${version}`;

/** What costs or earns a party credit; staff write versions as data, try them on the scores there are, a second person lets them in. */
export function Indicators() {
  const { lang } = useSettings();
  const { me } = useSession();
  const answer = useAsk('credit indicators', credit.indicators);
  const versions = useAsk('credit indicator versions', credit.versions);
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  const [written, setWritten] = useState('');
  const [picked, setPicked] = useState('');
  const mayManage = me?.rights.includes('credit:manage') ?? false;
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const define = said(['指标定义(JSON)', 'Indicator (JSON)'], lang);
  const stored = versions.data?.versions ?? [];
  const shown = stored.find((one) => numberOf(one) === picked);
  const edit = (definition: Indicator) => setWritten(JSON.stringify({ indicator: definition }, null, 1));
  const draft = () =>
    attempt(async () => {
      const version = await credit.draft(JSON.parse(written), reason.trim());
      setReason('');
      setWritten('');
      setPicked(numberOf(version));
      versions.again();
    });
  const again = () => {
    answer.again();
    versions.again();
  };
  return (
    <>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {versions.error && <Failure error={versions.error} retry={versions.again} />}
      {mayManage && (
        <section data-making>
          <textarea
            aria-label={define}
            placeholder={`${define}: {"indicator": {…}}, {"off": "…"}`}
            rows={6}
            cols={80}
            value={written}
            onChange={(event) => setWritten(event.target.value)}
          />
          <div className="choices" role="group">
            <ReasonField value={reason} onChange={setReason} />
            <button
              type="button"
              disabled={busy || !isReason(reason) || written.trim() === ''}
              onClick={draft}
            >
              {word('draft_it')}
            </button>
          </div>
          {error && <Failure error={error} />}
        </section>
      )}
      {shown && (
        <section aria-label={shown.indicator} data-version={shown.state}>
          <h2>
            {shown.indicator} · #{numberOf(shown)} · {word(shown.state)}
          </h2>
          <pre>{JSON.stringify(shown.definition)}</pre>
          {shown.trial && (
            <p className="notice-line" data-lower={shown.trial.lower}>
              {lang === 'zh'
                ? `截至 ${shown.trial.asOf}：${shown.trial.parties} 个主体、${shown.trial.entries} 条记录、合计 ${shown.trial.points} 分；评分升 ${shown.trial.higher} 个、降 ${shown.trial.lower} 个，等级变化 ${shown.trial.grades.map(({ was, now, parties }) => `${was}→${now} ${parties}`).join('，') || '无'}`
                : `As of ${shown.trial.asOf}: ${shown.trial.entries} entries of ${shown.trial.parties} parties, ${shown.trial.points} points; ${shown.trial.higher} scores higher, ${shown.trial.lower} lower; grades ${shown.trial.grades.map(({ was, now, parties }) => `${was}→${now} ${parties}`).join(', ') || 'unchanged'}`}
            </p>
          )}
          {mayManage && shown.state !== 'retired' && (
            <VersionActions
              tryOut={
                shown.state === 'draft' || shown.state === 'tried'
                  ? () => credit.tryOut(shown.ruleId)
                  : undefined
              }
              verbs={VERBS[shown.state]}
              decide={(verb, why) => credit.decide(shown.ruleId, verb, why)}
              word={word}
              onDone={again}
            />
          )}
        </section>
      )}
      {stored.length > 0 && (
        <DataTable
          label={said(['指标版本', 'Versions'], lang)}
          columns={columnsOf(versionTitles, lang)}
          rows={stored.map((one) => ({ ...one, number: numberOf(one), stateText: word(one.state) }))}
          onPick={(row) => setPicked(String(row['number']))}
        />
      )}
      {answer.data && (
        <DataTable
          label={said(['现行指标', 'Indicators in force'], lang)}
          columns={columnsOf(indicatorTitles, lang, new Set(['most', 'days']))}
          rows={answer.data.indicators.map(({ origin, definition, costs }) => ({
            ...definition,
            originText: word(origin),
            partyText: word(definition.party),
            costsText: costs.map(({ event, points }) => `${event} ${points}`).join('，'),
            clause: definition.references.join(' '),
          }))}
          action={
            mayManage
              ? (row) => (
                  <button
                    type="button"
                    onClick={() => {
                      const found = answer.data?.indicators.find(
                        ({ definition }) => definition.indicator === row['indicator'],
                      );
                      if (found) edit(found.definition);
                    }}
                  >
                    {word('edit')}
                  </button>
                )
              : undefined
          }
        />
      )}
    </>
  );
}
