import type { ResourceSchema, Version } from '../api/resources.ts';
import { instant } from '../format.ts';
import { useSettings } from '../settings.tsx';
import { historyOf, readable } from './fields.ts';

const operations = { I: 'madeRecord', U: 'changedRecord', D: 'removedRecord' } as const;

/** Who changed which field from what to what, when and why; newest first. */
export function History({ schema, versions }: { schema: ResourceSchema; versions: Version[] }) {
  const { lang, t } = useSettings();
  return (
    <ol className="history" aria-label={t('history')}>
      {historyOf(schema, versions).map((version) => (
        <li key={version.version} data-version={version.version}>
          <p>
            <b>v{version.version}</b> {t(operations[version.operation])} · {version.changedBy} ·{' '}
            <time dateTime={version.changedAt}>{instant(version.changedAt)}</time>
          </p>
          {version.reason && (
            <p className="why">
              {t('reason')}: {version.reason}
            </p>
          )}
          {version.changes.length > 0 && (
            <details open={version.operation === 'U'}>
              <summary>
                {version.changes.length} {t('fieldsWord')}
              </summary>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t('fieldWord')}</th>
                    {version.operation === 'U' && <th scope="col">{t('before')}</th>}
                    <th scope="col">{version.operation === 'U' ? t('after') : t('value')}</th>
                  </tr>
                </thead>
                <tbody>
                  {version.changes.map(({ field, before, after }) => (
                    <tr key={field.name}>
                      <th scope="row">{lang === 'zh' ? field.zh : field.name}</th>
                      {version.operation === 'U' && (
                        <td className="before">{readable(schema, field, before) || '—'}</td>
                      )}
                      <td className="after">{readable(schema, field, after) || '—'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}
