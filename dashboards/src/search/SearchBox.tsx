import { type FormEvent, useEffect, useState } from 'react';
import { useSettings } from '../settings.tsx';
import { searchFor, useWords } from './api.ts';

/** The box in the top bar of every page. */
export function SearchBox() {
  const { t } = useSettings();
  const words = useWords();
  const [text, setText] = useState(words);
  useEffect(() => setText(words), [words]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') searchFor(text);
  };
  return (
    <form role="search" onSubmit={submit}>
      <input
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t('fullTextHint')}
        aria-label={t('fullText')}
        maxLength={200}
        autoComplete="off"
        size={24}
      />
    </form>
  );
}
