import { type FormEvent, useState } from 'react';
import { type Both, said } from '../pages/titles.ts';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';

export interface NarrowField {
  name: string;
  title: Both;
  pattern?: string;
  /** Only who may see identity numbers looks for them. */
  isPersonal?: boolean;
  /** A choice instead of a text: value and title. */
  choices?: { value: string; title: string }[];
}

/**
 * What a list is narrowed by. Its words may be names and numbers: they stay here, out of the address, the history and the storage of the browser.
 * @param onFind called with the fields that were filled in
 */
export function Narrow({
  fields,
  onFind,
}: {
  fields: NarrowField[];
  onFind: (by: Record<string, string>) => void;
}) {
  const { lang } = useSettings();
  const { me } = useSession();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const mayUseNumbers = me?.rights.includes('personal:reveal') === true;
  const shown = fields.filter(({ isPersonal }) => !isPersonal || mayUseNumbers);
  const set = (name: string, value: string) => setTyped((before) => ({ ...before, [name]: value }));
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const filled = shown.flatMap(({ name }) => {
      const value = (typed[name] ?? '').trim();
      return value === '' ? [] : [[name, value] as const];
    });
    onFind(Object.fromEntries(filled));
  };
  return (
    <form
      className="choices"
      autoComplete="off"
      onSubmit={find}
      aria-label={said(['筛选', 'Narrow down'], lang)}
    >
      {shown.map(({ name, title, pattern, choices }) => {
        const label = said(title, lang);
        const value = typed[name] ?? '';
        return choices ? (
          <select
            key={name}
            value={value}
            aria-label={label}
            onChange={(event) => set(name, event.target.value)}
          >
            <option value="">{label}</option>
            {choices.map((one) => (
              <option key={one.value} value={one.value}>
                {one.title}
              </option>
            ))}
          </select>
        ) : (
          <input
            key={name}
            value={value}
            pattern={pattern}
            maxLength={60}
            size={18}
            placeholder={label}
            aria-label={label}
            onChange={(event) => set(name, event.target.value)}
          />
        );
      })}
      <button type="submit">{said(['查找', 'Find'], lang)}</button>
    </form>
  );
}
