import { Choices } from '../pages/Choices.tsx';
import { DataTable, Pager } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { type Subject, type Tag, tagging } from './api.ts';
import { Check } from './Check.tsx';
import { Making } from './Making.tsx';
import { holderTitles, tagTitles, words } from './words.ts';

const subjects: Subject[] = ['person', 'household', 'dwelling', 'enterprise'];
const AT_ONCE = 50;
const FIGURES = new Set(['holders', 'uses']);

/** 数据标签 (002:631-655): what tags there are, who has which, and how staff make them. */
export function Tags() {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const subject = subjects.find((one) => one === query.get('of')) ?? 'person';
  const list = useAsk('tags', tagging.list);
  const tags = (list.data?.tags ?? []).filter((one) => one.subject === subject);
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const chosen = (query.get('all') ?? '').split(',').filter((name) => tags.some(({ tag }) => tag === name));
  const choose = (names: readonly string[]) =>
    navigate(withQuery({ all: names.length > 0 ? names.join(',') : null, from: null }));
  return (
    <Shell title={t('tags')}>
      <div className="choices" role="group">
        <Choices
          names={subjects}
          chosen={subject}
          label={word}
          onChoose={(of) => navigate(withQuery({ of, all: null, from: null }))}
        />
        <button type="button" onClick={list.again} disabled={list.busy}>
          {t('refresh')}
        </button>
      </div>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {chosen.length > 0 && (
        <div className="choices" role="group">
          {chosen.map((name) => (
            <button key={name} type="button" onClick={() => choose(chosen.filter((one) => one !== name))}>
              {tags.find(({ tag }) => tag === name)?.zh ?? name} ✕
            </button>
          ))}
        </div>
      )}
      {chosen.length > 0 && <Holders subject={subject} all={chosen} tags={tags} />}
      {tags
        .filter(({ tag, origin, definition }) => {
          const isMeasurable = definition.comes_true !== undefined;
          return chosen.includes(tag) && isMeasurable && origin !== 'off';
        })
        .map((one) => (
          <Check key={one.tag} tag={one} />
        ))}
      {list.data && (
        <DataTable
          label={t('tags')}
          columns={columnsOf(tagTitles, lang, FIGURES)}
          rows={tags.map((one) => ({
            ...one,
            kindText: word(one.kind),
            timingText: word(one.timing),
            originText: word(one.origin),
          }))}
          onPick={(row) => choose([...new Set([...chosen, String(row['tag'])])])}
        />
      )}
      {me?.rights.includes('tags:manage') && <Making onDone={list.again} />}
    </Shell>
  );
}

/** Objects that have all of the chosen tags; masked. */
function Holders({ subject, all, tags }: { subject: Subject; all: string[]; tags: readonly Tag[] }) {
  const { lang } = useSettings();
  const offset = Number(useQuery().get('from') ?? 0);
  const asked = { subject, all, limit: AT_ONCE, offset };
  const answer = useAsk(JSON.stringify(asked), (signal) => tagging.holders(asked, signal));
  const names = new Map(tags.map(({ tag, zh }) => [tag, zh]));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return null;
  return (
    <section data-holders>
      <Pager
        total={answer.data.total}
        limit={AT_ONCE}
        offset={offset}
        onMove={(from) => navigate(withQuery({ from: from === 0 ? null : String(from) }))}
      />
      <DataTable
        label={said(['拥有者', 'Holders'], lang)}
        columns={columnsOf(holderTitles, lang)}
        rows={answer.data.rows.map((one) => ({
          ...one,
          tagText: one.tags.map((tag) => names.get(tag) ?? tag).join('、'),
        }))}
      />
    </section>
  );
}
