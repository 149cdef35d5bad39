import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { eligibility, type RuleData, type Version } from './api.ts';
import { RuleForm } from './RuleForm.tsx';
import { RuleVersion } from './RuleVersion.tsx';
import { conditionText, programmesText, ruleTitles, versionTitles, words } from './words.ts';

const numberOf = ({ ruleId, version }: Version): string => `${ruleId}.${version}`;

/** The rules in force with their clauses; versions of staff, tried on history and let in by a second person. */
export function Rules() {
  const { lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const answer = useAsk('eligibility rules', eligibility.rules);
  const measures = useAsk('eligibility measures', eligibility.measures);
  const mayManage = me?.rights.includes('eligibility:manage') ?? false;
  const rules = answer.data?.rules ?? [];
  const stored = answer.data?.staff ?? [];
  const names = new Map([
    ...(measures.data?.measures ?? []).map(({ measure, zh }) => [measure, zh] as const),
    ...rules.map(({ definition }) => [definition.rule, definition.zh] as const),
  ]);
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const condition = (rule: RuleData) => conditionText(rule, (name) => names.get(name) ?? word(name));
  const edited = rules.find(({ definition }) => definition.rule === query.get('edit'))?.definition;
  const picked = stored.find((one) => numberOf(one) === query.get('version'));
  return (
    <>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {mayManage && edited && (
        <RuleForm
          key={edited.rule}
          from={edited}
          title={condition(edited)}
          onSaved={(version) => {
            answer.again();
            navigate(withQuery({ edit: null, version: numberOf(version) }));
          }}
        />
      )}
      {picked && (
        <RuleVersion
          key={numberOf(picked)}
          version={picked}
          title={condition(picked.definition)}
          mayManage={mayManage}
          onDone={answer.again}
        />
      )}
      {stored.length > 0 && (
        <DataTable
          label={said(['规则版本', 'Versions'], lang)}
          columns={columnsOf(versionTitles, lang)}
          rows={stored.map((one) => ({
            ...one,
            number: numberOf(one),
            zh: one.definition.zh,
            conditionText: condition(one.definition),
            programmesText: programmesText(one.definition, word),
            stateText: word(one.state),
          }))}
          onPick={(row) => navigate(withQuery({ version: String(row['number']), edit: null }))}
        />
      )}
      {answer.data && (
        <DataTable
          label={said(['现行规则', 'Rules in force'], lang)}
          columns={columnsOf(ruleTitles, lang)}
          rows={rules.map(({ version, definition }) => ({
            ...definition,
            kindText: word(definition.kind),
            conditionText: condition(definition),
            programmesText: programmesText(definition, word),
            valueText: definition.value && word(definition.value),
            decidesText: definition.decides
              ? word(definition.decides)
              : said(['组成其他规则', 'part of others'], lang),
            clause: definition.references.join(' '),
            versionText: version === 0 ? said(['随产品', 'shipped'], lang) : `v${version}`,
          }))}
          action={
            mayManage
              ? (row) =>
                  row['kind'] === 'quantitative' && (
                    <button
                      type="button"
                      onClick={() => navigate(withQuery({ edit: String(row['rule']), version: null }))}
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
