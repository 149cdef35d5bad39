import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { toSignIn } from '../session.ts';
import { useSettings } from '../settings.tsx';
import { cellText, type Row } from './DataTable.tsx';
import { type FormField, valuesOf } from './forms.ts';
import { Failure } from './Shell.tsx';

interface ResourceFormProps {
  fields: FormField[];
  /** The record to change; null for a new one. */
  row: Row | null;
  titles: Record<string, string>;
  save: (values: Record<string, unknown>) => Promise<void>;
  close: () => void;
}

function Field({ field, value }: { field: FormField; value: unknown }) {
  const text = value === null || value === undefined ? '' : String(value);
  if (field.kind === 'flag')
    return <input type="checkbox" name={field.name} defaultChecked={value === true} />;
  if (field.kind === 'choice') {
    return (
      <select name={field.name} defaultValue={text} required={field.required}>
        {!field.required && <option value="" />}
        {field.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  const step = field.kind === 'number' ? 'any' : undefined;
  return (
    <input type={field.kind} step={step} name={field.name} defaultValue={text} required={field.required} />
  );
}

export function ResourceForm({ fields, row, titles, save, close }: ResourceFormProps) {
  const { t } = useSettings();
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await save(valuesOf(new FormData(event.currentTarget), fields, row === null));
    } catch (reason) {
      if (reason instanceof ApiError && reason.status === 401) return toSignIn();
      setError(reason instanceof Error ? reason : new Error(String(reason)));
      setBusy(false);
    }
  };
  const shown = new Set(fields.map((field) => field.name));
  const fixed = Object.entries(row ?? {}).filter(([name]) => !shown.has(name));
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      {fields.map((field) => (
        <label key={field.name}>
          <span>
            {field.title}
            {field.required && <b aria-hidden="true"> *</b>}
          </span>
          <Field field={field} value={row?.[field.name]} />
        </label>
      ))}
      {fixed.length > 0 && (
        <dl>
          {fixed.map(([name, value]) => (
            <div key={name}>
              <dt>{titles[name] ?? name}</dt>
              <dd>{cellText(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {error && <Failure error={error} />}
      <div className="choices">
        <button type="submit" className="primary" disabled={busy}>
          {t('save')}
        </button>
        <button type="button" onClick={close}>
          {t('close')}
        </button>
      </div>
    </form>
  );
}
