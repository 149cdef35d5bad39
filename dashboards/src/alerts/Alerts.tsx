import { Choices } from '../pages/Choices.tsx';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { type Both, columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { alerts, type CaseState } from './api.ts';
import { Absences } from './Absences.tsx';
import { CaseView } from './CaseView.tsx';
import { Letters } from './Letters.tsx';
import { Rules } from './Rules.tsx';
import { caseTitles, ruleTitles, words } from './words.ts';

const views = {
  cases: ['告警', 'Cases'],
  letters: ['督办单', 'Letters'],
  absences: ['外出与节假日', 'Absences'],
  rules: ['规则', 'Rules'],
} as const satisfies Record<string, Both>;
type View = keyof typeof views;
const viewNames = Object.keys(views) as View[];
const states: CaseState[] = ['new', 'received', 'handling', 'suspended', 'closed', 'reviewed', 'false_alarm'];
/** What a list is asked for, as it stands in the address. */
const FILTERS = ['state', 'level', 'rule', 'late', 'unread'] as const;
const AT_ONCE = 100;

/** 告警处置 (C0; 002:1933-2111): what the rules found, and what becomes of it. */
export function Alerts() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const { me } = useSession();
  const isFor = (one: View) => one !== 'absences' || (me?.rights.includes('alerts:handle') ?? false);
  const shown = viewNames.filter(isFor);
  const view = shown.find((one) => one === query.get('show')) ?? 'cases';
  return (
    <Shell title={t('alerts')}>
      <div className="choices" role="group">
        <Choices
          names={shown}
          chosen={view}
          label={(one) => said(views[one], lang)}
          onChoose={(show) => navigate(withQuery({ show, id: null, letter: null }))}
        />
      </div>
      {view === 'cases' && <Cases />}
      {view === 'letters' && <Letters />}
      {view === 'absences' && <Absences />}
      {view === 'rules' && <Rules />}
    </Shell>
  );
}

function Cases() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const asked = new URLSearchParams({ limit: String(AT_ONCE) });
  for (const name of FILTERS) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const list = useAsk(`alerts ${asked}`, (signal) => alerts.list(asked, signal));
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const id = query.get('id');
  const rule = query.get('rule');
  return (
    <>
      <div className="choices" role="group">
        <Select name="state" values={states} />
        <Select name="level" values={['high', 'medium', 'low']} />
        {(['late', 'unread'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={query.get(name) === '1'}
            onClick={() => navigate(withQuery({ [name]: query.get(name) === '1' ? null : '1' }))}
          >
            {said(ruleTitles[name], lang)}
          </button>
        ))}
        {list.data && list.data.escalated.open > 0 && (
          <button
            type="button"
            data-escalated={list.data.escalated.unread}
            aria-pressed={query.get('late') === '1'}
            onClick={() => navigate(withQuery({ late: query.get('late') === '1' ? null : '1' }))}
          >
            {said(['超期升级', 'Escalated'], lang)} {list.data.escalated.open}
            {list.data.escalated.unread > 0 && ` · ● ${list.data.escalated.unread}`}
          </button>
        )}
        {rule && (
          <button type="button" onClick={() => navigate(withQuery({ rule: null }))}>
            {list.data?.rows[0]?.ruleZh ?? rule} ✕
          </button>
        )}
        <button type="button" onClick={list.again} disabled={list.busy}>
          {t('refresh')}
        </button>
        {list.data && <span className="hint">{list.data.total}</span>}
      </div>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {id && <CaseView key={id} id={id} onDone={list.again} />}
      {list.data && (
        <DataTable
          label={t('alerts')}
          columns={columnsOf(caseTitles, lang, new Set())}
          rows={list.data.rows.map((one) => ({
            ...one,
            unreadText: one.unread ? '●' : '',
            levelText: word(one.level),
            stateText: one.clearedOn ? `${word(one.state)} · ${word('cleared')}` : word(one.state),
            dueText: one.suspendedUntil
              ? `${word('suspended')} – ${one.suspendedUntil}`
              : one.escalatedOn
                ? `${one.dueOn} ⚠`
                : one.dueOn,
          }))}
          onPick={(row) => navigate(withQuery({ id: String(row['id']) }))}
        />
      )}
    </>
  );
}

function Select({ name, values }: { name: 'state' | 'level'; values: readonly string[] }) {
  const { lang } = useSettings();
  const query = useQuery();
  const label = said(name === 'state' ? caseTitles.stateText : caseTitles.levelText, lang);
  return (
    <select
      value={query.get(name) ?? ''}
      onChange={(event) => navigate(withQuery({ [name]: event.target.value || null, id: null }))}
      aria-label={label}
    >
      <option value="">{label}</option>
      {values.map((one) => (
        <option key={one} value={one}>
          {said(words[one] ?? [one, one], lang)}
        </option>
      ))}
    </select>
  );
}
