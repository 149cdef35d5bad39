import { type FormEvent, useState } from 'react';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { said } from '../pages/titles.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSettings } from '../settings.tsx';
import { alerts, type Condition, type RuleData, type Subjects, type Version } from './api.ts';
import { Conditions } from './Conditions.tsx';
import { ruleWords, words } from './words.ts';

const EMPTY: RuleData = {
  ...{ rule: '', zh: '', family: 'dwelling', references: [], level: 'medium', due_days: 30 },
  ...{ looked_at: 'instant', notify: ['supervisor'], credit_points: 0, subject: 'dwelling' },
  ...{ when: [], except: [], raise: [], evidence: '' },
};

interface RuleFormProps {
  subjects: Subjects;
  /** The rule it begins with; its name and subject stay. */
  from?: RuleData;
  onSaved: (version: Version) => void;
}

/** Writes a rule down as a draft: one's own, or other values for a shipped one. Nothing changes until it is tried and let in. */
export function RuleForm({ subjects, from, onSaved }: RuleFormProps) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [rule, setRule] = useState<RuleData>(from ?? EMPTY);
  const [reason, setReason] = useState('');
  const change = (part: Partial<RuleData>) => setRule({ ...rule, ...part });
  const measures = subjects.subjects.find((one) => one.subject === rule.subject)?.measures ?? [];
  const word = (name: string) => said(ruleWords[name] ?? words[name] ?? [name, name], lang);
  const draft = (off: boolean) =>
    attempt(async () => {
      onSaved(await alerts.draft(off ? { off: rule.rule } : { rule }, reason.trim()));
    });
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    draft(false);
  };
  return (
    <form className="task-form" onSubmit={save} aria-label={word('edit')}>
      <label>
        {said(['标识（英文小写）', 'Name (snake_case)'], lang)}
        <input
          name="rule"
          value={rule.rule}
          required
          readOnly={from !== undefined}
          pattern="[a-z][a-z0-9_]+"
          onChange={(event) => change({ rule: event.target.value })}
        />
      </label>
      <label>
        {said(['名称', 'Title'], lang)}
        <input
          name="zh"
          value={rule.zh}
          required
          maxLength={40}
          onChange={(event) => change({ zh: event.target.value })}
        />
      </label>
      <Select
        label={said(['类别', 'Family'], lang)}
        value={rule.family}
        options={subjects.families.map(({ family, zh }) => [family, zh])}
        fixed={from !== undefined}
        onChange={(family) => change({ family })}
      />
      <Select
        label={said(['监测对象', 'About'], lang)}
        value={rule.subject}
        options={subjects.subjects.map(({ subject, zh }) => [subject, zh])}
        fixed={from !== undefined}
        onChange={(subject) => change({ subject, when: [] })}
      />
      <Select
        label={said(['级别', 'Level'], lang)}
        value={rule.level}
        options={['high', 'medium', 'low'].map((one) => [one, word(one)])}
        onChange={(level) => change({ level: level as RuleData['level'] })}
      />
      <Select
        label={said(['检查频度', 'Looked at'], lang)}
        value={rule.looked_at}
        options={['instant', 'weekly', 'monthly'].map((one) => [one, word(one)])}
        onChange={(looked_at) => change({ looked_at })}
      />
      <Figure
        label={said(['处置时限（天）', 'Days'], lang)}
        value={rule.due_days}
        onChange={(due_days) => change({ due_days })}
      />
      <Figure
        label={said(['信用扣分', 'Points of credit'], lang)}
        value={rule.credit_points}
        onChange={(credit_points) => change({ credit_points })}
      />
      {rule.when && (
        <>
          <Conditions
            label={said(['全部满足', 'All of'], lang)}
            measures={measures}
            conditions={rule.when}
            onChange={(when: Condition[]) => change({ when })}
          />
          <Conditions
            label={said(['排除', 'None of'], lang)}
            measures={measures}
            conditions={rule.except ?? []}
            onChange={(except: Condition[]) => change({ except })}
          />
          <label>
            {said(['依据（{度量} 为其值）', 'Evidence ({measure} is its value)'], lang)}
            <input
              name="evidence"
              value={rule.evidence ?? ''}
              required
              maxLength={300}
              onChange={(event) => change({ evidence: event.target.value })}
            />
          </label>
        </>
      )}
      <ReasonField value={reason} onChange={setReason} />
      <div>
        <button type="submit" className="primary" disabled={busy || !isReason(reason)}>
          {said(['保存草稿', 'Save draft'], lang)}
        </button>
        {from && (
          <button type="button" disabled={busy || !isReason(reason)} onClick={() => draft(true)}>
            {word('off_draft')}
          </button>
        )}
      </div>
      {error && <Failure error={error} />}
    </form>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: (readonly [string, string])[];
  fixed?: boolean;
  onChange: (value: string) => void;
}

const Select = ({ label, value, options, fixed = false, onChange }: SelectProps) => (
  <label>
    {label}
    <select value={value} disabled={fixed} onChange={(event) => onChange(event.target.value)}>
      {options.map(([name, title]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  </label>
);

const Figure = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange: (value: number) => void;
}) => (
  <label>
    {label}
    <input
      type="number"
      min={0}
      max={365}
      required
      value={value}
      onChange={(event) => onChange(Number(event.target.value))}
    />
  </label>
);
