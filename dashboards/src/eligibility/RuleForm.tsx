import { type FormEvent, useState } from 'react';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { said } from '../pages/titles.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSettings } from '../settings.tsx';
import { type Bound, eligibility, type RuleData, type Version } from './api.ts';
import { PROGRAMMES, words } from './words.ts';

interface RuleFormProps {
  /** The rule in force it changes. */
  from: RuleData;
  /** Its condition in words. */
  title: string;
  onSaved: (version: Version) => void;
}

/** Other values for a rule that compares a number, as a draft: nothing changes until it is tried and a second person lets it in. */
export function RuleForm({ from: before, title, onSaved }: RuleFormProps) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [rule, setRule] = useState(before);
  const [reason, setReason] = useState('');
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    attempt(async () => {
      onSaved(await eligibility.draft({ ...rule, value: 'ours' }, reason.trim()));
    });
  };
  const bound = (name: 'from' | 'to', value: Bound) => (
    <label key={name}>
      {word(value.is)}
      <input
        type="number"
        name={name}
        step="any"
        required
        value={value.value}
        onChange={(event) => setRule({ ...rule, [name]: { ...value, value: Number(event.target.value) } })}
      />
    </label>
  );
  const dated = (name: 'starts' | 'ends', label: string) => (
    <label>
      {label}
      <input
        type="date"
        name={name}
        value={rule[name] ?? ''}
        onChange={(event) => {
          const { [name]: _, ...rest } = rule;
          setRule(event.target.value === '' ? rest : { ...rule, [name]: event.target.value });
        }}
      />
    </label>
  );
  return (
    <form className="task-form" onSubmit={save} aria-label={word('edit')}>
      <h2>{before.zh}</h2>
      <p className="hint">{title}</p>
      <label>
        {said(['名称', 'Title'], lang)}
        <input
          name="zh"
          value={rule.zh}
          required
          maxLength={40}
          onChange={(event) => setRule({ ...rule, zh: event.target.value })}
        />
      </label>
      {rule.from && bound('from', rule.from)}
      {rule.to && bound('to', rule.to)}
      <fieldset>
        <legend>{said(['保障项目(不选为全部)', 'Programmes (all unless chosen)'], lang)}</legend>
        {PROGRAMMES.map((one) => (
          <label key={one}>
            <input
              type="checkbox"
              name="programmes"
              value={one}
              checked={rule.programmes?.includes(one) ?? false}
              onChange={() => setRule(withProgramme(rule, one))}
            />
            {word(one)}
          </label>
        ))}
      </fieldset>
      {dated('starts', said(['启用日期', 'From'], lang))}
      {dated('ends', said(['停用日期', 'Until'], lang))}
      <ReasonField value={reason} onChange={setReason} />
      <div>
        <button type="submit" className="primary" disabled={busy || !isReason(reason)}>
          {said(['保存草稿', 'Save draft'], lang)}
        </button>
      </div>
      {error && <Failure error={error} />}
    </form>
  );
}

/** The rule meant for one programme more, or one less; for all once none is chosen. */
function withProgramme({ programmes = [], ...rest }: RuleData, one: string): RuleData {
  const chosen = programmes.includes(one) ? programmes.filter((each) => each !== one) : [...programmes, one];
  return chosen.length === 0 ? rest : { ...rest, programmes: chosen };
}
