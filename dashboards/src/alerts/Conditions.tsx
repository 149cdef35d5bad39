import { said } from '../pages/titles.ts';
import { useSettings } from '../settings.tsx';
import type { Comparison, Condition, Measure } from './api.ts';
import { ruleWords } from './words.ts';

/** How a measure of each type may be compared (pipelines/alerts/subjects.ts). */
const ABLE: Record<Measure['is'], readonly string[]> = {
  number: ['at_least', 'above', 'at_most', 'below', 'empty', 'present'],
  yes_no: ['yes', 'no', 'empty', 'present'],
  word: ['one_of', 'none_of', 'empty', 'present'],
  date: ['empty', 'present'],
};
const WITH_VALUE = new Set(['at_least', 'above', 'at_most', 'below']);
const WITH_VALUES = new Set(['one_of', 'none_of']);

/** A comparison with only the fields its kind has. */
function comparisonOf(measure: string, is: string, text: string): Comparison {
  if (WITH_VALUE.has(is)) return { measure, is, value: text };
  if (WITH_VALUES.has(is))
    return {
      measure,
      is,
      values: text
        .split(/[,，]/)
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    };
  return { measure, is };
}

interface ConditionsProps {
  label: string;
  measures: Measure[];
  conditions: Condition[];
  onChange: (conditions: Condition[]) => void;
}

/** Conditions of a rule; of a group one is enough. */
export function Conditions({ label, measures, conditions, onChange }: ConditionsProps) {
  const { lang } = useSettings();
  const put = (at: number, condition: Condition | null) =>
    onChange(conditions.flatMap((one, k) => (k !== at ? [one] : condition ? [condition] : [])));
  const [first] = measures;
  return (
    <fieldset>
      <legend>{label}</legend>
      {conditions.map((one, k) =>
        'any' in one ? (
          <div key={k} className="choices">
            {one.any.map((each, j) => (
              <Line
                key={j}
                measures={measures}
                comparison={each}
                onChange={(next) => put(k, { any: one.any.map((old, i) => (i === j ? next : old)) })}
              />
            ))}
          </div>
        ) : (
          <div key={k} className="choices">
            <Line measures={measures} comparison={one} onChange={(next) => put(k, next)} />
            <button
              type="button"
              aria-label={said(['删除条件', 'Remove'], lang)}
              onClick={() => put(k, null)}
            >
              ✕
            </button>
          </div>
        ),
      )}
      {first && (
        <button
          type="button"
          onClick={() =>
            onChange([...conditions, comparisonOf(first.name, ABLE[first.is][0] ?? 'present', '')])
          }
        >
          {said(['增加条件', 'Add'], lang)}
        </button>
      )}
    </fieldset>
  );
}

interface LineProps {
  measures: Measure[];
  comparison: Comparison;
  onChange: (comparison: Comparison) => void;
}

function Line({ measures, comparison: { measure, is, value, values }, onChange }: LineProps) {
  const { lang } = useSettings();
  const known = measures.find(({ name }) => name === measure);
  const text = value ?? values?.join(',') ?? '';
  const choose = (name: string) => {
    const next = measures.find((one) => one.name === name);
    onChange(comparisonOf(name, ABLE[next?.is ?? 'word'][0] ?? 'present', ''));
  };
  return (
    <>
      <select
        value={measure}
        aria-label={said(['度量', 'Measure'], lang)}
        onChange={(event) => choose(event.target.value)}
      >
        {measures.map((one) => (
          <option key={one.name} value={one.name}>
            {one.zh}
          </option>
        ))}
      </select>
      <select
        value={is}
        aria-label={said(['比较', 'Comparison'], lang)}
        onChange={(event) => onChange(comparisonOf(measure, event.target.value, text))}
      >
        {ABLE[known?.is ?? 'word'].map((one) => (
          <option key={one} value={one}>
            {said(ruleWords[one] ?? [one, one], lang)}
          </option>
        ))}
      </select>
      {(WITH_VALUE.has(is) || WITH_VALUES.has(is)) && (
        <input
          value={text}
          required
          size={12}
          aria-label={known ? `${known.zh} ${known.unit ?? ''}`.trim() : measure}
          onChange={(event) => onChange(comparisonOf(measure, is, event.target.value))}
        />
      )}
    </>
  );
}
