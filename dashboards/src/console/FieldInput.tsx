import type { FieldInfo, ResourceSchema } from '../api/resources.ts';
import { useSettings } from '../settings.tsx';
import { choicesOf, controlOf, toInput } from './fields.ts';

interface FieldInputProps {
  schema: ResourceSchema;
  field: FieldInfo;
  value: string;
  isNew: boolean;
  /** What the server said about this field. */
  problem: string | null;
}

/** One labelled field of the form, with the control its data element asks for. */
export function FieldInput({ schema, field, value, isNew, problem }: FieldInputProps) {
  const { lang, t } = useSettings();
  const control = controlOf(field, value);
  const isKey = field.name === schema.key;
  const shared = {
    name: field.name,
    defaultValue: toInput(control, value),
    required: field.required && !isKey,
    'aria-invalid': problem !== null,
    'aria-describedby': problem === null ? undefined : `problem-${field.name}`,
  };
  return (
    <label className={control === 'long' ? 'field wide' : 'field'}>
      <span>
        {lang === 'zh' ? field.zh : field.name}
        {shared.required && <b className="must"> *</b>}
        {field.isPersonal && (
          <small className="personal" title={t('personalHint')}>
            {t('personal')}
          </small>
        )}
      </span>
      {control === 'select' && (
        <select {...shared}>
          {(!field.required || value === '') && <option value="" />}
          {choicesOf(schema, field, value, isNew).map(({ code, zh }) => (
            <option key={code} value={code}>
              {zh}
            </option>
          ))}
        </select>
      )}
      {control === 'long' && <textarea {...shared} rows={2} maxLength={4000} />}
      {control === 'date' && <input {...shared} type="date" max="9999-12-31" />}
      {control === 'datetime' && <input {...shared} type="datetime-local" step={1} />}
      {control === 'number' && <input {...shared} inputMode="decimal" />}
      {control === 'division' && <input {...shared} inputMode="numeric" list={`divisions-${field.name}`} />}
      {control === 'text' && (
        <input
          {...shared}
          maxLength={4000}
          autoComplete="off"
          readOnly={isKey && !isNew}
          placeholder={isKey && isNew ? t('numberMade') : undefined}
        />
      )}
      {problem !== null && (
        <em id={`problem-${field.name}`} className="field-problem">
          {problem}
        </em>
      )}
    </label>
  );
}
