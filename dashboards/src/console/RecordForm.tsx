import { type FormEvent, useRef, useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { ResourceSchema, Values } from '../api/resources.ts';
import { Failure } from '../pages/Shell.tsx';
import { toSignIn } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { controlOf, fromInput } from './fields.ts';
import { FieldInput } from './FieldInput.tsx';

interface RecordFormProps {
  schema: ResourceSchema;
  /** The record as the server has it; empty for a new one. */
  stored: Values;
  /** What the clerk had typed over an older version, put on top of `stored`. */
  draft: Values;
  isNew: boolean;
  save: (record: Values, reason: string) => Promise<void>;
  remove: (reason: string) => Promise<void>;
  /** Loads the record anew and keeps `changed` on top of it. */
  reload: (changed: Values) => void;
  close: () => void;
}

const REASON_TO_DELETE = 2;

/** The name of the field a problem is about: `record.phone` and `phone` are the same. */
function fieldOf(error: Error | null): string | null {
  const place = error instanceof ApiError ? error.where['field'] : undefined;
  return typeof place === 'string' ? place.replace(/^record\./, '') : null;
}

/** Changed by someone else since it was read; a refused change of state is a conflict too, but names its field. */
const isStale = (error: Error | null) =>
  error instanceof ApiError && error.status === 409 && 'version' in error.where;

export function RecordForm(props: RecordFormProps) {
  const { schema, stored, draft, isNew } = props;
  const { t } = useSettings();
  const form = useRef<HTMLFormElement>(null);
  const [error, setError] = useState<Error | null>(null);
  const [notice, setNotice] = useState('');
  const [busy, setBusy] = useState(false);
  const shown = { ...stored, ...draft };
  const place = fieldOf(error);
  const isPlaced = place === 'reason' || schema.fields.some(({ name }) => name === place);

  const typed = () => {
    const data = new FormData(form.current ?? undefined);
    const record = Object.fromEntries(
      schema.fields.map((field) => {
        const before = shown[field.name] ?? '';
        const text = String(data.get(field.name) ?? '');
        return [field.name, fromInput(controlOf(field, before), text, before)];
      }),
    );
    const changed = Object.fromEntries(
      Object.entries(record).filter(([name, value]) => value !== (stored[name] ?? '')),
    );
    return { record, changed, reason: String(data.get('reason') ?? '').trim() };
  };
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    setNotice('');
    try {
      await work();
    } catch (reason) {
      if (reason instanceof ApiError && reason.status === 401) return toSignIn();
      setError(reason instanceof Error ? reason : new Error(String(reason)));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { record, changed, reason } = typed();
    if (!isNew && Object.keys(changed).length === 0) return setNotice(t('nothingChanged'));
    void attempt(() => props.save(record, reason));
  };
  const remove = () => {
    const { reason } = typed();
    if (reason.length < REASON_TO_DELETE) {
      setError(new ApiError(400, { detail: t('reasonNeeded'), where: { field: 'reason' } }));
      return;
    }
    if (window.confirm(t('removeSure'))) void attempt(() => props.remove(reason));
  };

  return (
    <form ref={form} className="form" onSubmit={submit} aria-label={t('record')}>
      {schema.fields.map((field) => (
        <FieldInput
          key={field.name}
          schema={schema}
          field={field}
          value={shown[field.name] ?? ''}
          isNew={isNew}
          problem={error && place === field.name ? error.message : null}
        />
      ))}
      <label className="field wide reason">
        <span>{t('reason')}</span>
        <input
          name="reason"
          maxLength={500}
          autoComplete="off"
          placeholder={t('reasonHint')}
          aria-invalid={place === 'reason'}
        />
        {error && place === 'reason' && <em className="field-problem">{error.message}</em>}
      </label>
      {error && isStale(error) && (
        <div className="failure" role="alert">
          <b>{t('stale')}</b>
          <p>{error.message}</p>
          <button type="button" onClick={() => props.reload(typed().changed)}>
            {t('reloadKeeping')}
          </button>{' '}
          <button type="button" onClick={() => props.reload({})}>
            {t('reload')}
          </button>
        </div>
      )}
      {error && !isStale(error) && !isPlaced && <Failure error={error} />}
      {notice && (
        <p className="notice-line" role="status">
          {notice}
        </p>
      )}
      <div className="choices">
        <button type="submit" className="primary" disabled={busy}>
          {t('save')}
        </button>
        <button type="button" onClick={props.close}>
          {t('backToList')}
        </button>
        {!isNew && (
          <button type="button" className="danger" disabled={busy} onClick={remove}>
            {t('remove')}
          </button>
        )}
      </div>
    </form>
  );
}
