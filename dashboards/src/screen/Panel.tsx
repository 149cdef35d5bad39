import type { ReactNode } from 'react';
import { useSettings } from '../settings.tsx';
import { answerOf, useOverviewState } from './context.ts';
import { IconAlert, IconRetry } from './icons.tsx';

interface PanelProps {
  name: string;
  title: string;
  /** The answers this panel shows: they decide whether it is loading, failed, old or empty. */
  uses: string[];
  extra?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A titled box that is never blank: skeleton, values, old values marked as such, a reason for emptiness, or an error. */
export function Panel({ name, title, uses, extra, children, className = '' }: PanelProps) {
  const { snapshot, pending, refresh } = useOverviewState();
  const { t } = useSettings();
  const answers = uses.map((id) => answerOf(snapshot, id));
  const problem = answers.find((answer) => answer.problem)?.problem ?? null;
  const some = answers.some((answer) => answer.rows.length > 0);
  const why = problem ? `${problem.message} ${problem.fix}`.trim() : '';

  let body: ReactNode = children;
  if (!snapshot) body = <div className="skeleton" aria-label={t('loading')} />;
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
            <IconRetry /> {t('oldValue')}
          </button>
        )}
        {extra}
      </header>
      <div className="panel-body">{body}</div>
    </section>
  );
}
