import { useState } from 'react';
import { instant } from '../format.ts';
import { Choices } from '../pages/Choices.tsx';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { type Both, columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { collection, type Task } from './api.ts';
import { Statistics } from './Statistics.tsx';
import { TaskForm } from './TaskForm.tsx';

const taskTitles = {
  taskId: ['任务', 'Task'],
  name: ['名称', 'Name'],
  connector: ['方式', 'Connector'],
  datasetText: ['数据集', 'Data sets'],
  frequencyText: ['频率', 'Frequency'],
  stateText: ['状态', 'State'],
  next: ['下次', 'Next'],
  last: ['上次结果', 'Last run'],
} as const;
const runTitles = {
  taskId: ['任务', 'Task'],
  stateText: ['结果', 'Result'],
  startedAt: ['开始', 'Started'],
  seconds: ['耗时(秒)', 'Seconds'],
  requested: ['请求', 'Requested'],
  returned: ['返回', 'Returned'],
  valid: ['有效', 'Valid'],
  failed: ['无效', 'Failed'],
  deliveries: ['文件', 'Files'],
  refused: ['拒收', 'Refused'],
  lastReturnAt: ['最后返回', 'Last return'],
  error: ['错误', 'Error'],
} as const;
const words: Record<string, Both> = {
  enabled: ['启用', 'enabled'],
  disabled: ['停用', 'disabled'],
  queued: ['排队', 'queued'],
  running: ['执行中', 'running'],
  succeeded: ['成功', 'succeeded'],
  failed: ['失败', 'failed'],
  stopped: ['已停止', 'stopped'],
};
const figures = new Set(['seconds', 'requested', 'returned', 'valid', 'failed', 'deliveries', 'refused']);
const tabs = ['tasks', 'statistics', 'exchange'] as const;
const tabTexts = {
  tasks: 'collection',
  statistics: 'collectionStatistics',
  exchange: 'exchangeStatistics',
} as const;

/** Collection tasks (catalog A.2): what is fetched from where, how often, and how it went. */
export function Collection() {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const task = query.get('task');
  const edited = query.get('edit');
  const tab = tabs.find((one) => one === query.get('show')) ?? 'tasks';
  const list = useAsk('tasks', collection.tasks);
  const runs = useAsk(`runs ${task}`, (signal) => collection.runs(task, signal));
  const { error, busy, attempt } = useAttempt();
  const [told, setTold] = useState('');
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const titled = (titles: Readonly<Record<string, Both>>) => columnsOf(titles, lang, figures);
  const again = () => {
    list.again();
    runs.again();
  };
  const mayManage = me?.rights.includes('collection:manage') ?? false;
  const act = (taskId: string, action: 'start' | 'stop' | 'run') =>
    attempt(async () => {
      await collection.act(taskId, action);
      again();
    });
  const test = (taskId: string) =>
    attempt(async () => {
      setTold('');
      const { roundTripMs, detail } = await collection.test(taskId);
      setTold(`${taskId}: ${Math.round(roundTripMs)} ms · ${detail}`);
    });
  const tasks = list.data?.tasks ?? [];
  return (
    <Shell title={t('collection')}>
      <div className="choices" role="group">
        <Choices
          names={tabs.filter((one) => one !== 'exchange' || me?.rights.includes('runs:read'))}
          chosen={tab}
          label={(one) => t(tabTexts[one])}
          onChoose={(one) => navigate(withQuery({ show: one, edit: null }))}
        />
        {mayManage && (
          <button type="button" onClick={() => navigate(withQuery({ show: null, edit: '' }))}>
            {t('newTask')}
          </button>
        )}
        <button type="button" onClick={again} disabled={list.busy || runs.busy}>
          {t('refresh')}
        </button>
      </div>
      {error && <Failure error={error} />}
      {told && (
        <p className="notice-line" role="status">
          {told}
        </p>
      )}
      {tab === 'statistics' && <Statistics of="collected" />}
      {tab === 'exchange' && <Statistics of="exchanged" />}
      {tab === 'tasks' && (
        <>
          {edited !== null && mayManage && list.data && (
            <TaskForm
              key={edited}
              task={tasks.find((one) => one.taskId === edited)}
              onSaved={(taskId) => {
                navigate(withQuery({ edit: null, task: taskId }));
                again();
              }}
            />
          )}
          {list.error && <Failure error={list.error} retry={list.again} />}
          {list.data && (
            <DataTable
              label={t('collection')}
              columns={titled(taskTitles)}
              rows={tasks.map((one) => ({
                ...one,
                datasetText: one.datasets.join(', '),
                frequencyText: frequencyText(one, lang),
                stateText: word(one.state),
                next: one.nextDueAt ? instant(one.nextDueAt) : '',
                last: one.lastRun ? word(one.lastRun.state) : '',
              }))}
              action={(row) => {
                const one = tasks.find(({ taskId }) => taskId === row['taskId']);
                if (!one) return null;
                const button = (text: string, work: () => void) => (
                  <button type="button" disabled={busy} onClick={work}>
                    {text}
                  </button>
                );
                return (
                  <>
                    {button(t('runRecords'), () => navigate(withQuery({ task: one.taskId })))}{' '}
                    {mayManage && (
                      <>
                        {button(t('testTask'), () => test(one.taskId))}{' '}
                        {button(t('runTask'), () => act(one.taskId, 'run'))}{' '}
                        {one.state === 'enabled'
                          ? button(t('stopTask'), () => act(one.taskId, 'stop'))
                          : button(t('startTask'), () => act(one.taskId, 'start'))}{' '}
                        {button(t('editTask'), () => navigate(withQuery({ edit: one.taskId })))}
                      </>
                    )}
                  </>
                );
              }}
            />
          )}
          <h2>
            {t('runRecords')} {task ?? ''}{' '}
            {task && (
              <button type="button" onClick={() => navigate(withQuery({ task: null }))}>
                {t('showAll')}
              </button>
            )}
          </h2>
          {runs.error && <Failure error={runs.error} retry={runs.again} />}
          {runs.data && (
            <DataTable
              label={t('runRecords')}
              columns={titled(runTitles)}
              rows={runs.data.runs.map((one) => ({
                ...one,
                stateText: word(one.state),
                startedAt: one.startedAt ? instant(one.startedAt) : '',
                lastReturnAt: one.lastReturnAt ? instant(one.lastReturnAt) : '',
                seconds:
                  one.startedAt && one.finishedAt
                    ? ((Date.parse(one.finishedAt) - Date.parse(one.startedAt)) / 1000).toFixed(1)
                    : '',
              }))}
            />
          )}
        </>
      )}
    </Shell>
  );
}

function frequencyText({ frequency }: Task, lang: 'zh' | 'en'): string {
  if (frequency === null) return lang === 'zh' ? '手动' : 'by hand';
  if ('cron' in frequency) return frequency.cron;
  const units: Record<string, string> = { minutes: '分钟', hours: '小时', days: '天' };
  return lang === 'zh'
    ? `每 ${frequency.every} ${units[frequency.unit] ?? frequency.unit}`
    : `every ${frequency.every} ${frequency.unit}`;
}
