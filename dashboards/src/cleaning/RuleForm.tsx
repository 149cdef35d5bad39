import { type FormEvent, useState } from 'react';
import { Failure } from '../pages/Shell.tsx';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSettings } from '../settings.tsx';
import { cleaning, type Dataset, type Definition, type Rule } from './api.ts';
import { actionOf, kinds, type Parameter, textOf } from './kinds.ts';

interface RuleFormProps {
  datasets: Dataset[];
  /** What the boxes begin with. */
  from?: Definition;
  /** The rule this becomes the next version of. */
  ruleId?: number;
  onSaved: (rule: Rule) => void;
}

/** Drafts a rule. Nothing changes until it has been tried and let in. */
export function RuleForm({ datasets, from, ruleId, onSaved }: RuleFormProps) {
  const { lang, t } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [kind, setKind] = useState(from?.action.kind ?? 'map');
  const [dataset, setDataset] = useState(from?.dataset ?? datasets[0]?.dataset ?? '');
  const is = ([zh, en]: readonly [string, string]) => (lang === 'zh' ? zh : en);
  const fields = datasets.find((one) => one.dataset === dataset)?.fields ?? [];
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    attempt(async () => {
      const definition: Definition = { dataset, action: actionOf(kind, form), order: Number(text('order')) };
      if (from?.when) definition.when = from.when;
      if (text('effectiveFrom')) definition.effectiveFrom = text('effectiveFrom');
      if (text('effectiveTo')) definition.effectiveTo = text('effectiveTo');
      onSaved(await cleaning.draft(definition, text('reason'), ruleId));
    });
  };
  const box = ({ name, as, optional }: Parameter) => {
    const value = from?.action.kind === kind ? from.action[name] : undefined;
    const begin = textOf(value, as);
    if (typeof as === 'object')
      return (
        <select name={name} defaultValue={begin || Object.keys(as)[0]}>
          {Object.entries(as).map(([option, title]) => (
            <option key={option} value={option}>
              {is(title)}
            </option>
          ))}
        </select>
      );
    if (as === 'field')
      return (
        <select name={name} defaultValue={begin} key={dataset}>
          {fields.map((field) => (
            <option key={field.name} value={field.name}>
              {field.zh} ({field.name})
            </option>
          ))}
        </select>
      );
    if (as === 'lines' || as === 'pairs')
      return <textarea name={name} required rows={4} defaultValue={begin} spellCheck={false} />;
    if (as === 'tick') return <input type="checkbox" name={name} defaultChecked={value === true} />;
    return (
      <input
        name={name}
        type={as === 'number' ? 'number' : 'text'}
        min={0}
        max={99}
        required={!optional}
        defaultValue={begin}
      />
    );
  };
  return (
    <form className="task-form" onSubmit={save} aria-label={t('newRule')}>
      <label>
        {t('dataset')}
        <select
          name="dataset"
          value={dataset}
          disabled={ruleId !== undefined}
          onChange={(event) => setDataset(event.target.value)}
        >
          {datasets.map((one) => (
            <option key={one.dataset} value={one.dataset}>
              {one.zh} ({one.dataset})
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('ruleKind')}
        <select name="kind" value={kind} onChange={(event) => setKind(event.target.value)}>
          {Object.entries(kinds).map(([name, { title }]) => (
            <option key={name} value={name}>
              {is(title)}
            </option>
          ))}
        </select>
      </label>
      {(kinds[kind]?.parameters ?? []).map((parameter) => (
        <label key={`${kind} ${parameter.name}`}>
          {is(parameter.title)}
          {box(parameter)}
        </label>
      ))}
      <label>
        {is(['顺序（小的先）', 'Order (lowest first)'])}
        <input name="order" type="number" min={0} max={9999} required defaultValue={from?.order ?? 100} />
      </label>
      <label>
        {is(['业务日期自（可空）', 'Business dates from'])}
        <input name="effectiveFrom" type="date" defaultValue={from?.effectiveFrom} />
      </label>
      <label>
        {is(['业务日期止（不含，可空）', 'Business dates before'])}
        <input name="effectiveTo" type="date" defaultValue={from?.effectiveTo} />
      </label>
      <label>
        {t('reasonKept')}
        <input name="reason" required minLength={2} maxLength={500} />
      </label>
      <div>
        <button type="submit" className="primary" disabled={busy}>
          {t('saveDraft')}
        </button>
      </div>
      {error && <Failure error={error} />}
    </form>
  );
}
