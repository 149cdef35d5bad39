import type { FormEvent } from 'react';
import { Failure } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSettings } from '../settings.tsx';
import { collection, type Task, type TaskInput } from './api.ts';

/** JSON a person typed, or a sentence that names the box. */
function json<T>(text: string, box: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new Error(`${box}: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

/** Makes a task, or changes one. Secrets go in and never come out: an empty box leaves them as they are. */
export function TaskForm({ task, onSaved }: { task?: Task; onSaved: (taskId: string) => void }) {
  const { lang, t } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const kinds = useAsk('connectors', collection.connectors);
  const is = (zh: string, en: string) => (lang === 'zh' ? zh : en);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    attempt(async () => {
      const input: TaskInput = {
        name: text('name'),
        connector: text('connector'),
        datasets: text('datasets')
          .split(/[\s,，]+/)
          .filter(Boolean),
        settings: json(text('settings') || '{}', is('设置', 'Settings')),
        frequency: text('cron') === '' ? null : { cron: text('cron') },
        windows: json(text('windows') || '[]', is('允许时段', 'Windows')),
        retry: task?.retry ?? {},
        concurrency: task?.concurrency ?? 1,
        ...(task?.group === undefined ? {} : { group: task.group }),
      };
      const every = /^(\d+) (minutes|hours|days)$/.exec(text('cron'));
      if (every) input.frequency = { every: Number(every[1]), unit: every[2] ?? '' };
      const secrets = json<Record<string, string>>(text('secrets') || '{}', is('密钥', 'Secrets'));
      const taskId = task?.taskId ?? text('taskId');
      if (task) await collection.change(taskId, task.version, input, secrets);
      else await collection.create(taskId, input, secrets);
      onSaved(taskId);
    });
  };
  const frequency =
    task?.frequency &&
    ('cron' in task.frequency ? task.frequency.cron : `${task.frequency.every} ${task.frequency.unit}`);
  const chosen = kinds.data?.connectors.find(({ kind }) => kind === task?.connector);
  return (
    <form className="task-form" onSubmit={save} aria-label={task ? t('editTask') : t('newTask')}>
      <label>
        {is('任务代号', 'Task id')}
        <input
          name="taskId"
          required
          pattern="[a-z][a-z0-9\-]{1,62}"
          defaultValue={task?.taskId}
          disabled={task !== undefined}
        />
      </label>
      <label>
        {is('名称', 'Name')}
        <input name="name" required maxLength={100} defaultValue={task?.name} />
      </label>
      <label>
        {is('采集方式', 'Connector')}
        <select name="connector" key={kinds.data ? 'known' : 'asking'} defaultValue={task?.connector}>
          {kinds.data?.connectors.map(({ kind, zh }) => (
            <option key={kind} value={kind}>
              {zh} ({kind})
            </option>
          ))}
        </select>
      </label>
      <label>
        {is('数据集（source.dataset，可多个）', 'Data sets (source.dataset)')}
        <input name="datasets" required defaultValue={task?.datasets.join(', ')} />
      </label>
      <label>
        {is('频率（cron 或 “15 minutes”；空为手动）', 'Frequency (cron, or “15 minutes”; empty: by hand)')}
        <input name="cron" defaultValue={frequency ?? ''} placeholder="0 2 * * *" />
      </label>
      <label>
        {is('允许时段（JSON）', 'Permitted windows (JSON)')}
        <input
          name="windows"
          defaultValue={JSON.stringify(task?.windows ?? [])}
          placeholder='[{"days":"working","from":"19:00","to":"07:00"}]'
        />
      </label>
      <label>
        {is('设置（JSON）', 'Settings (JSON)')}
        <textarea
          name="settings"
          defaultValue={JSON.stringify(task?.settings ?? {}, null, 2)}
          spellCheck={false}
        />
      </label>
      <label>
        {is('密钥（JSON，只写不读）', 'Secrets (JSON, written only)')}
        {task && task.secrets.length > 0 && ` · ${task.secrets.join(', ')} ✓`}
        <textarea
          name="secrets"
          autoComplete="off"
          spellCheck={false}
          placeholder={JSON.stringify(
            Object.fromEntries((chosen?.secrets ?? ['password']).map((name) => [name, '…'])),
          )}
        />
      </label>
      <div>
        <button type="submit" className="primary" disabled={busy}>
          {t('saveTask')}
        </button>
      </div>
      {error && <Failure error={error} />}
      {kinds.error && <Failure error={kinds.error} retry={kinds.again} />}
    </form>
  );
}
