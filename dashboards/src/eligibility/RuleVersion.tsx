import { DataTable } from '../pages/DataTable.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { VersionActions } from '../pages/VersionActions.tsx';
import { useSettings } from '../settings.tsx';
import { eligibility, type Version, type WhatIf } from './api.ts';
import { matrixTitles, whoTitles, words } from './words.ts';

/** What may be done with a version in each state, besides trying it. */
const VERBS: Record<Version['state'], readonly ('activate' | 'retire')[]> = {
  draft: ['retire'],
  tried: ['activate', 'retire'],
  active: ['retire'],
  paused: ['retire'],
  retired: [],
};

interface RuleVersionProps {
  version: Version;
  /** Its condition in words. */
  title: string;
  mayManage: boolean;
  onDone: () => void;
}

/** One version staff wrote: what trying it on history found, and what may be done with it. */
export function RuleVersion({ version, title, mayManage, onDone }: RuleVersionProps) {
  const { lang } = useSettings();
  const { ruleId, state, definition } = version;
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  return (
    <section aria-label={definition.zh} data-version={state}>
      <h2>
        {definition.zh} · #{ruleId} v{version.version} · {word(state)}
      </h2>
      <p>{title}</p>
      <p className="hint">
        {version.author}: {version.reason}
      </p>
      {mayManage && state !== 'retired' && (
        <VersionActions
          tryOut={state === 'draft' || state === 'tried' ? () => eligibility.tryOut(ruleId) : undefined}
          verbs={VERBS[state]}
          decide={(verb, reason) => eligibility.decide(ruleId, verb, reason)}
          word={word}
          onDone={onDone}
        />
      )}
      {version.trial && <WhatIfView found={version.trial} />}
    </section>
  );
}

/** Verdicts under the rules in force against those with this version, and who changes where. */
function WhatIfView({ found }: { found: WhatIf }) {
  const { lang } = useSettings();
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const figures = new Set(['households']);
  return (
    <>
      {found.history.map(({ occasion, households, stricter, milder }) => (
        <p key={occasion} className="notice-line" data-occasion={occasion} data-stricter={stricter}>
          {lang === 'zh'
            ? `截至 ${found.asOf}，${word(occasion)} ${households} 户：变严 ${stricter}，变宽 ${milder}`
            : `As of ${found.asOf}, ${households} ${word(occasion)}: ${stricter} stricter, ${milder} milder`}
        </p>
      ))}
      <DataTable
        label={said(['结论变化', 'Verdicts'], lang)}
        columns={columnsOf(matrixTitles, lang, figures)}
        rows={found.history.flatMap(({ occasion, verdicts }) =>
          verdicts.map((one) => ({
            ...one,
            occasionText: word(occasion),
            beforeText: word(one.before),
            afterText: word(one.after),
          })),
        )}
      />
      <DataTable
        label={said(['受影响的家庭', 'Who changes'], lang)}
        columns={columnsOf(whoTitles, lang, figures)}
        rows={found.history.flatMap(({ occasion, streets }) =>
          streets.map((one) => ({
            ...one,
            occasionText: word(occasion),
            beforeText: word(one.before),
            afterText: word(one.after),
            samplesText: one.samples.join(' '),
          })),
        )}
      />
    </>
  );
}
