import type { FormEvent } from 'react';
import { send } from '../api/client.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { type Letter, type LetterState, quality } from './api.ts';

const states: Record<LetterState, readonly [string, string]> = {
  draft: ['草稿', 'Draft'],
  sent: ['已发出', 'Sent'],
  answered: ['已复函', 'Answered'],
  corrected: ['已更正', 'Corrected'],
  closed: ['已办结', 'Closed'],
};
const next: Record<LetterState, LetterState[]> = {
  draft: ['sent'],
  sent: ['answered', 'corrected'],
  answered: ['corrected', 'closed'],
  corrected: ['closed'],
  closed: [],
};
const titles = {
  letterNo: ['文号', 'Number'],
  owner: ['责任单位', 'Agency'],
  period: ['期间', 'Period'],
  landed: ['行数', 'Rows'],
  bad: ['问题', 'Problems'],
  deadline: ['复函期限', 'Due'],
  stateText: ['状态', 'State'],
} as const;

async function download(letter: Letter, format: 'csv' | 'xlsx'): Promise<void> {
  const response = await send(`/api/quality/letters/${letter.letterId}/rows`, {
    method: 'POST',
    body: { format },
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${letter.letterNo}.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Letters to agencies: written over a period, printed, sent with their rows, followed to the end. */
export function Letters({ owners }: { owners: readonly string[] }) {
  const { lang, t } = useSettings();
  const { me } = useSession();
  const index = lang === 'zh' ? 0 : 1;
  const list = useAsk('letters', (signal) => quality.letters(signal));
  const { error, busy, attempt } = useAttempt();
  const mayWrite = me?.rights.includes('quarantine:repair') ?? false;
  const write = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    attempt(async () => {
      await quality.write({ owner: text('owner'), from: text('from'), to: text('to') });
      list.again();
    });
  };
  const move = (letter: Letter, state: LetterState) =>
    attempt(async () => {
      await quality.move(letter, state, '');
      list.again();
    });
  return (
    <section>
      {mayWrite && (
        <form className="choices" onSubmit={write}>
          <select name="owner" aria-label={titles.owner[index]} required>
            {owners.map((owner) => (
              <option key={owner}>{owner}</option>
            ))}
          </select>
          <input type="date" name="from" aria-label={lang === 'zh' ? '起' : 'From'} required />
          <input type="date" name="to" aria-label={lang === 'zh' ? '止' : 'To'} required />
          <button type="submit" disabled={busy}>
            {lang === 'zh' ? '起草问题函' : 'Write a letter'}
          </button>
        </form>
      )}
      {error && <Failure error={error} />}
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <DataTable
          label={t('qualityLetters')}
          columns={Object.entries(titles).map(([name, both]) => ({
            name,
            title: both[index],
            isFigure: name === 'landed' || name === 'bad',
          }))}
          rows={list.data.letters.map((one) => ({
            ...one,
            period: `${one.from} – ${one.to}`,
            stateText: states[one.state][index],
          }))}
          action={(row) => {
            const letter = row as unknown as Letter;
            return (
              mayWrite && (
                <>
                  <a href={`/api/quality/letters/${letter.letterId}/page`} target="_blank" rel="noreferrer">
                    {lang === 'zh' ? '打印' : 'Print'}
                  </a>
                  {(['csv', 'xlsx'] as const).map((format) => (
                    <button
                      key={format}
                      type="button"
                      onClick={() => attempt(() => download(letter, format))}
                    >
                      {format.toUpperCase()}
                    </button>
                  ))}
                  {next[letter.state].map((state) => (
                    <button key={state} type="button" disabled={busy} onClick={() => move(letter, state)}>
                      {lang === 'zh'
                        ? `记为${states[state][0]}`
                        : `Mark as ${states[state][1].toLowerCase()}`}
                    </button>
                  ))}
                </>
              )
            );
          }}
        />
      )}
    </section>
  );
}
