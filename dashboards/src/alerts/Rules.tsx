import { useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { alerts, type RuleData, type Version } from './api.ts';
import { RuleForm } from './RuleForm.tsx';
import { RuleVersion } from './RuleVersion.tsx';
import { ruleTitles, ruleWords, versionTitles, words } from './words.ts';

const FIGURES = new Set(['open', 'unread', 'late', 'confirmed', 'falseAlarms', 'precisionText', 'dueDays']);

/** Rules with what is open under each and how right it has been; versions staff wrote, tried and let in. */
export function Rules() {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const answer = useAsk('alert rules', alerts.rules);
  const versions = useAsk('alert rule versions', alerts.versions);
  const [from, setFrom] = useState<RuleData | undefined>();
  const mayManage = me?.rights.includes('alerts:manage') ?? false;
  const isEditing = mayManage && query.get('edit') === '1';
  const subjects = useAsk(isEditing ? 'alert subjects' : null, alerts.subjects);
  const word = (name: string) => said(ruleWords[name] ?? [name, name], lang);
  const stored = versions.data?.rules ?? [];
  const picked = stored.find((one) => numberOf(one) === query.get('version'));
  const edit = (rule?: RuleData) => {
    setFrom(rule);
    navigate(withQuery({ edit: '1', version: null }));
  };
  const changed = () => {
    answer.again();
    versions.again();
  };
  const drafted = (version: Version) => {
    changed();
    navigate(withQuery({ edit: null, version: numberOf(version) }));
  };
  return (
    <>
      {mayManage && (
        <div className="choices" role="group">
          <button type="button" onClick={() => edit()}>
            {word('new_rule')}
          </button>
        </div>
      )}
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {isEditing && subjects.data && (
        <RuleForm key={from?.rule ?? ''} subjects={subjects.data} from={from} onSaved={drafted} />
      )}
      {picked && (
        <RuleVersion key={numberOf(picked)} version={picked} mayManage={mayManage} onDone={changed} />
      )}
      {stored.length > 0 && (
        <DataTable
          label={said(['规则版本', 'Versions'], lang)}
          columns={columnsOf(versionTitles, lang, new Set(['found']))}
          rows={stored.map((one) => ({
            ...one,
            number: numberOf(one),
            name: 'rule' in one.definition ? one.definition.rule.zh : (one.shipped?.zh ?? one.rule),
            whatText: word('off' in one.definition ? 'off' : one.shipped ? 'changed' : 'own'),
            stateText: word(one.state),
            found: one.trial?.found ?? null,
          }))}
          onPick={(row) => navigate(withQuery({ version: String(row['number']), edit: null }))}
        />
      )}
      {answer.data && (
        <DataTable
          label={t('alerts')}
          columns={columnsOf(ruleTitles, lang, FIGURES)}
          rows={answer.data.rules.map((one) => ({
            ...one,
            originText: word(one.origin),
            levelText: said(words[one.level] ?? ['', ''], lang),
            precisionText: one.precision === null ? '—' : `${(one.precision * 100).toFixed(1)} %`,
            source: one.references.join(' '),
          }))}
          onPick={(row) => navigate(withQuery({ show: 'cases', rule: String(row['rule']), id: null }))}
          action={
            mayManage
              ? (row) => (
                  <button type="button" onClick={() => edit(row['definition'] as RuleData)}>
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

const numberOf = ({ ruleId, version }: Version): string => `${ruleId}.${version}`;
