import type { ReactNode } from 'react';
import { useSettings } from '../settings.tsx';
import { answerOf, useOverviewState } from './context.ts';
import { IconAlert, IconRetry } from './icons.tsx';
import type { Problem } from './useOverview.ts';

interface PanelProps {
  name: string;
  title: string;
  /** The answers this panel shows: they decide whether it is loading, failed, old or empty. */
  uses: string[];
  extra?: ReactNode;
  /** Something else the panel cannot do without: still loading, or failed. */
  needs?: 'loading' | Problem;
  children: ReactNode;
  className?: string;
}

/** A titled box that is never blank: skeleton, values, old values marked as such, a reason for emptiness, or an error. */
export function Panel({ name, title, uses, extra, needs, children, className = '' }: PanelProps) {
  const { snapshot, pending, refresh } = useOverviewState();
  const { t } = useSettings();
  const answers = uses.map((id) => answerOf(snapshot, id));
  const failed = typeof needs === 'object' ? needs : null;
  const problem = failed ?? answers.find((answer) => answer.problem)?.problem ?? null;
  const some = !failed && answers.some((answer) => answer.rows.length > 0);
  const old = answers.some((answer) => answer.stale);
  const why = problem ? `${problem.message} ${problem.fix}`.trim() : '';

  let body: ReactNode = children;
  if (!snapshot || needs === 'loading') body = <div className="skeleton" aria-label={t('loading')} />;
  else if (!some && problem) {
    body = (
      <div className="notice" role="alert">
        <IconAlert />
        <p>{t('failed')}</p>
        <p className="notice-why">{why}</p>
        <button type="button" onClick={refresh}>
          {t('retry')}
        </button>
      </div>
    );
  } else if (!some) {
    body = (
      <div className="notice">
        <p>{t('noData')}</p>
        <p className="notice-why">{t('noDataReason')}</p>
      </div>
    );
  }
  return (
    <section
      className={`panel ${className}`}
      data-panel={name}
      data-pending={pending || undefined}
      aria-label={title}
    >
      <header className="panel-head">
        <h2>{title}</h2>
        {some && problem && (
          <button type="button" className="old-badge" title={why} onClick={refresh}>
            <IconRetry /> {old ? t('oldValue') : t('failed')}
          </button>
        )}
        {extra}
      </header>
      <div className="panel-body">{body}</div>
    </section>
  );
}
