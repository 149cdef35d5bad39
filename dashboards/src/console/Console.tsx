import './console.css';
import { type FormEvent } from 'react';
import {
  type ResourceName,
  resourceNames,
  type ResourceRow,
  resources,
  type ResourceSchema,
} from '../api/resources.ts';
import { instant } from '../format.ts';
import { Choices } from '../pages/Choices.tsx';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { Link, navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { listedFields, readable } from './fields.ts';
import { RecordView } from './RecordView.tsx';

const PAGE = 50;
const LISTED = 8;

/** What to find: by number or name, and by state. The address holds it, so a list can be shared and come back to. */
function Finder({ schema }: { schema: ResourceSchema }) {
  const { t } = useSettings();
  const query = useQuery();
  const q = query.get('q') ?? '';
  const state = query.get('state') ?? '';
  const stateField = schema.fields.find(({ name }) => name === schema.stateField);
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('q') ?? '').trim();
    navigate(withQuery({ q: text || null, after: null }));
  };
  return (
    <form className="choices" onSubmit={search} key={q}>
      <input
        type="search"
        name="q"
        defaultValue={q}
        placeholder={t('searchHint')}
        aria-label={t('search')}
        maxLength={64}
      />
      <button type="submit">{t('search')}</button>
      <select
        aria-label={t('stateWord')}
        value={state}
        onChange={(event) => navigate(withQuery({ state: event.target.value || null, after: null }))}
      >
        <option value="">{t('anyState')}</option>
        {schema.codeLists[stateField?.codes ?? '']?.map(({ code, zh }) => (
          <option key={code} value={code}>
            {zh}
          </option>
        ))}
      </select>
      <button type="button" className="primary" onClick={() => navigate(withQuery({ no: '' }))}>
        {t('create')}
      </button>
    </form>
  );
}

function List({ name, schema }: { name: ResourceName; schema: ResourceSchema }) {
  const { lang, t } = useSettings();
  const query = useQuery();
  const after = query.get('after');
  const asked = new URLSearchParams({ limit: String(PAGE) });
  for (const [ours, theirs] of [
    ['q', 'search'],
    ['state', 'state'],
    ['after', 'after'],
  ] as const) {
    const value = query.get(ours);
    if (value) asked.set(theirs, value);
  }
  const list = useAsk(`${name}?${asked}`, (signal) => resources.list(name, asked, signal));
  const fields = listedFields(schema, LISTED);
  const cells = (row: ResourceRow) => ({
    key: row.key,
    ...Object.fromEntries(
      fields.map((field) => [field.name, readable(schema, field, row.record[field.name] ?? '')]),
    ),
    version: row.version,
    updated: `${row.updatedBy} · ${instant(row.updatedAt)}`,
  });
  return (
    <>
      <Finder schema={schema} />
      {list.error && <Failure error={list.error} retry={list.again} />}
      {!list.data && !list.error && <p className="nothing">{t('loading')}</p>}
      {list.data && (
        <>
          <DataTable
            label={schema.zh}
            columns={[
              ...fields.map((field) => ({
                name: field.name,
                title: lang === 'zh' ? field.zh : field.name,
                isFigure: ['money', 'integer', 'quantity', 'area'].includes(field.element),
              })),
              { name: 'version', title: t('version') },
              { name: 'updated', title: t('updated') },
            ]}
            rows={list.data.rows.map(cells)}
            onPick={(row) => navigate(withQuery({ no: String(row['key']) }))}
          />
          <nav className="pager" aria-label={t('paging')}>
            {after && <Link to={withQuery({ after: null })}>{t('firstPage')}</Link>}
            {list.data.next && <Link to={withQuery({ after: list.data.next })}>{t('next')}</Link>}
          </nav>
        </>
      )}
    </>
  );
}

/** The clerks' console: find a record, change it, see who changed it before. Its forms follow from the API's schema. */
export function Console() {
  const { t } = useSettings();
  const query = useQuery();
  const name = resourceNames.find((one) => one === query.get('show')) ?? resourceNames[0];
  const no = query.get('no');
  const schema = useAsk(`${name}/schema`, async (signal) => ({
    name,
    ...(await resources.schema(name, signal)),
  }));
  // Between two kinds of records the earlier schema is still here; it must not draw the new one.
  const isHere = schema.data?.name === name;
  return (
    <Shell title={t('console')}>
      <div className="choices tabs" role="group">
        <Choices
          names={resourceNames}
          chosen={name}
          label={(one) => t(`tab_${one}`)}
          onChoose={(one) => navigate(`/console?show=${one}`)}
        />
      </div>
      {schema.error && <Failure error={schema.error} retry={schema.again} />}
      {schema.data && isHere && no === null && <List key={name} name={name} schema={schema.data} />}
      {schema.data && isHere && no !== null && (
        <RecordView key={`${name}/${no}`} name={name} no={no} schema={schema.data} />
      )}
    </Shell>
  );
}
