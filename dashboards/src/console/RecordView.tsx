import { useState } from 'react';
import { api } from '../api/client.ts';
import { type ResourceName, type ResourceSchema, resources, type Values } from '../api/resources.ts';
import { instant } from '../format.ts';
import { Failure } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { firstState, readable } from './fields.ts';
import { History } from './History.tsx';
import { RecordForm } from './RecordForm.tsx';

interface RecordViewProps {
  name: ResourceName;
  /** Empty for a new record. */
  no: string;
  schema: ResourceSchema;
}

/** Names for the division codes a clerk may type: streets for a street's field, communities for a community's. */
function DivisionLists({ schema }: { schema: ResourceSchema }) {
  const places = useAsk('divisions', (signal) => api.divisions(signal));
  const fields = schema.fields.filter(({ element }) => element === 'division_code');
  const nameOf = (code: string | null) => places.data?.divisions.find((one) => one.code === code)?.name ?? '';
  return fields.map((field) => (
    <datalist key={field.name} id={`divisions-${field.name}`}>
      {places.data?.divisions
        .filter(({ level }) => field.name.startsWith(level))
        .map(({ code, name, parentCode }) => (
          <option key={code} value={code}>
            {nameOf(parentCode)}
            {name}
          </option>
        ))}
    </datalist>
  ));
}

/** One record: its form beside its history. */
export function RecordView({ name, no, schema }: RecordViewProps) {
  const { t } = useSettings();
  const isNew = no === '';
  const [draft, setDraft] = useState<Values>({});
  const [saved, setSaved] = useState(0);
  const asked = useAsk(`${name}/${no}`, async (signal) => {
    if (isNew) return { row: null, versions: [] };
    const [row, { versions }] = await Promise.all([
      resources.one(name, no, signal),
      resources.history(name, no, signal),
    ]);
    return { row, versions };
  });
  const close = () => navigate(withQuery({ no: null }));
  if (asked.error) return <Failure error={asked.error} retry={asked.again} />;
  if (!asked.data) return <p className="nothing">{t('loading')}</p>;
  const { row, versions } = asked.data;
  const stateField = schema.fields.find((field) => field.name === schema.stateField);

  const save = async (record: Values, reason: string) => {
    if (row === null) {
      const made = await resources.create(name, record, reason);
      navigate(withQuery({ no: made.key }), true);
      return;
    }
    const { version } = await resources.change(name, row, record, reason);
    setDraft({});
    setSaved(version);
    asked.again();
  };
  const remove = async (reason: string) => {
    if (row === null) return;
    await resources.remove(name, row, reason);
    close();
  };
  const reload = (changed: Values) => {
    setDraft(changed);
    asked.again();
  };
  return (
    <div className="record">
      <DivisionLists schema={schema} />
      <section className="card">
        <h2>
          {isNew ? `${t('create')} · ${schema.zh}` : no}
          {row && stateField && (
            <span className="chip">
              {readable(schema, stateField, row.record[schema.stateField] ?? '') || '—'}
            </span>
          )}
          {row && (
            <small>
              v{row.version} · {row.updatedBy} · {instant(row.updatedAt)}
            </small>
          )}
        </h2>
        {row && saved === row.version && (
          <p className="notice-line" role="status">
            {t('savedAs')} v{saved}
          </p>
        )}
        <RecordForm
          // A draft on top of the same version is another form, too.
          key={`${row?.version ?? 0}/${Object.keys(draft).join()}`}
          schema={schema}
          stored={row?.record ?? {}}
          draft={isNew ? { [schema.stateField]: firstState(schema) } : draft}
          isNew={isNew}
          save={save}
          remove={remove}
          reload={reload}
          close={close}
        />
      </section>
      {row && (
        <section className="card">
          <h2>{t('history')}</h2>
          <History schema={schema} versions={versions} />
        </section>
      )}
    </div>
  );
}
