import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useSettings } from '../settings.tsx';
import { type Tag, tagging } from './api.ts';
import { checkTitles } from './words.ts';

const FIGURES = new Set(Object.keys(checkTitles).filter((name) => name !== 'day'));
const percent = (share: number | null): string => (share === null ? '—' : `${(100 * share).toFixed(1)} %`);

/** How right a predictive tag was on the months whose outcome is known, beside what chance would be right in. */
export function Check({ tag }: { tag: Tag }) {
  const { lang } = useSettings();
  const answer = useAsk(`tag check ${tag.tag}`, (signal) => tagging.check(tag.tag, signal));
  const title = said([`“${tag.zh}”准不准`, `How right is ${tag.zh}`], lang);
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return null;
  const { outcome, precision, recall, baseRate, objects, months } = answer.data;
  return (
    <section data-precision={precision ?? ''}>
      <h2>{title}</h2>
      <p>
        {outcome}：
        {said(
          [
            `打标的有 ${percent(precision)} 应验（准确率），应验的有 ${percent(recall)} 事先打标（召回率）；不打标随机抽取为 ${percent(baseRate)}`,
            `${percent(precision)} of those told came true (precision), ${percent(recall)} of those that came true were told (recall); chance is right in ${percent(baseRate)}`,
          ],
          lang,
        )}
      </p>
      <p className="hint">
        {said(
          [
            `按各月当日可知的数据回看 ${objects.toLocaleString()} 条，同一对象每月计一次，只计结果已知的月份；分值由人设定，未用任何月份拟合`,
            `${objects.toLocaleString()} looked back on, each once a month, with what was known then; only months whose outcome is known; points are set by people and fitted to none`,
          ],
          lang,
        )}
      </p>
      <DataTable label={title} columns={columnsOf(checkTitles, lang, FIGURES)} rows={months} />
    </section>
  );
}
