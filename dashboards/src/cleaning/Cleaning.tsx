import './cleaning.css';
import { useState } from 'react';
import { instant } from '../format.ts';
import { Choices } from '../pages/Choices.tsx';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { cleaning, type Definition, type Rule, type UnmappedWord } from './api.ts';
import { kindName } from './kinds.ts';
import { RuleForm } from './RuleForm.tsx';
import { RuleView } from './RuleView.tsx';
import { stateText, words } from './words.ts';

const tabs = ['rules', 'unmapped'] as const;

/** 清洗规则 (catalog D.5): staff make them, try them on everything held, let them in and take them out. */
export function Cleaning() {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const tab = tabs.find((one) => one === query.get('show')) ?? 'rules';
  const list = useAsk('rules', cleaning.rules);
  const datasets = useAsk('datasets', cleaning.datasets);
  const [begin, setBegin] = useState<{ from?: Definition; ruleId?: number }>({});
  const mayManage = me?.rights.includes('cleaning:manage') ?? false;
  const is = ([zh, en]: readonly [string, string]) => (lang === 'zh' ? zh : en);
  const titled = (...names: (keyof typeof words)[]) =>
    names.map((name) => ({ name, title: is(words[name]) }));
  const rules = list.data?.rules ?? [];
  const picked = rules.find((one) => `${one.ruleId}.${one.version}` === query.get('rule'));
  const edit = (from?: Definition, ruleId?: number) => {
    setBegin({ from, ruleId });
    navigate(withQuery({ show: null, edit: '1', rule: null }));
  };
  const saved = (rule: Rule) => {
    list.again();
    navigate(withQuery({ edit: null, rule: `${rule.ruleId}.${rule.version}` }));
  };
  return (
    <Shell title={t('cleaning')}>
      <div className="choices" role="group">
        <Choices
          names={tabs}
          chosen={tab}
          label={(one) => t(one === 'rules' ? 'cleaning' : 'unmapped')}
          onChoose={(one) => navigate(withQuery({ show: one, edit: null, rule: null }))}
        />
        {mayManage && (
          <button type="button" onClick={() => edit()}>
            {t('newRule')}
          </button>
        )}
        <button type="button" onClick={list.again} disabled={list.busy}>
          {t('refresh')}
        </button>
      </div>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {tab === 'unmapped' && <Unmapped mayManage={mayManage} onDraft={(from) => edit(from)} />}
      {tab === 'rules' && query.get('edit') && mayManage && datasets.data && (
        <RuleForm
          key={JSON.stringify(begin)}
          datasets={datasets.data.datasets}
          from={begin.from}
          ruleId={begin.ruleId}
          onSaved={saved}
        />
      )}
      {tab === 'rules' && picked && (
        <RuleView
          key={`${picked.ruleId}.${picked.version}`}
          rule={picked}
          mayManage={mayManage}
          onDone={list.again}
        />
      )}
      {tab === 'rules' && list.data && (
        <DataTable
          label={t('cleaning')}
          columns={titled('rule', 'dataset', 'kind', 'field', 'state', 'changed', 'author', 'createdAt')}
          rows={rules.map((rule) => ({
            ...rule,
            rule: `#${rule.ruleId} v${rule.version}`,
            kind: kindName(rule.definition.action.kind, lang),
            field: fieldText(rule),
            state: stateText(rule.state, lang),
            changed: rule.trial?.changed ?? null,
            createdAt: instant(rule.createdAt),
          }))}
          onPick={(row) =>
            navigate(withQuery({ rule: `${String(row['ruleId'])}.${String(row['version'])}`, edit: null }))
          }
          action={
            mayManage
              ? (row) => (
                  <button
                    type="button"
                    onClick={() => edit(row['definition'] as Definition, Number(row['ruleId']))}
                  >
                    {t('editTask')}
                  </button>
                )
              : undefined
          }
        />
      )}
    </Shell>
  );
}

const fieldText = ({ definition: { action } }: Rule): string =>
  Array.isArray(action['fields']) ? action['fields'].join(', ') : String(action['field']);

function Unmapped({ mayManage, onDraft }: { mayManage: boolean; onDraft: (from: Definition) => void }) {
  const { t, lang } = useSettings();
  const list = useAsk('unmapped', cleaning.unmapped);
  const all = list.data?.words ?? [];
  /** All words of the field that have a proposal, for a person to look through. */
  const draft = ({ dataset, field }: UnmappedWord) =>
    onDraft({
      dataset,
      action: {
        kind: 'map',
        field,
        words: Object.fromEntries(
          all
            .filter((one) => one.dataset === dataset && one.field === field)
            .map((one) => [one.word, one.proposal?.code ?? '']),
        ),
      },
    });
  const columns = (['dataset', 'field', 'word', 'rows', 'list', 'lastSeen', 'proposal'] as const).map(
    (name) => ({
      name,
      title: words[name][lang === 'zh' ? 0 : 1],
    }),
  );
  return (
    <>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <DataTable
          label={t('unmapped')}
          columns={columns}
          rows={all.map((one) => ({
            ...one,
            proposal: one.proposal
              ? `${one.proposal.zh} (${one.proposal.code}) ${one.proposal.similarity}`
              : '',
          }))}
          action={
            mayManage
              ? (row) => (
                  <button type="button" onClick={() => draft(row as unknown as UnmappedWord)}>
                    {t('newRule')}
                  </button>
                )
              : undefined
          }
        />
      )}
    </>
  );
}
