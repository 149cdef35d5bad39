import { Choices } from '../pages/Choices.tsx';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { goals } from './api.ts';
import { GoalForm } from './GoalForm.tsx';
import { goalText } from './judge.ts';
import { metricTitles, words } from './words.ts';

/** 指标目标与阈值 (CJJ/T 258, 000:530): what each metric is to reach and where it warns; staff set others, which hold at once. */
export function Goals() {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const list = useAsk('metrics', goals.metrics);
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const metrics = list.data?.metrics ?? [];
  const picked = metrics.find(({ name }) => name === query.get('metric'));
  const which = query.get('all') === null ? 'with_goal' : 'all';
  const shown = metrics.filter((metric) => which === 'all' || goalText(metric, lang) !== '');
  return (
    <Shell title={t('goals')}>
      <div className="choices" role="group">
        <Choices
          names={['with_goal', 'all']}
          chosen={which}
          label={word}
          onChoose={(one) => navigate(withQuery({ all: one === 'all' ? '1' : null }))}
        />
      </div>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {picked && (
        <GoalForm
          key={`${picked.name} ${goalText(picked, 'en')}`}
          metric={picked}
          mayManage={me?.rights.includes('metrics:manage') ?? false}
          onDone={list.again}
        />
      )}
      {list.data && (
        <DataTable
          label={t('goals')}
          columns={columnsOf(metricTitles, lang)}
          rows={shown.map((metric) => ({
            ...metric,
            goal: goalText(metric, lang),
            betterText: word(metric.better),
            originText: goalText(metric, lang) === '' ? '' : word(metric.isGoalSet ? 'set' : 'shipped'),
          }))}
          onPick={(row) => navigate(withQuery({ metric: String(row['name']) }))}
        />
      )}
    </Shell>
  );
}
