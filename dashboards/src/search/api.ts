import { useSyncExternalStore } from 'react';
import { call } from '../api/client.ts';
import { navigate } from '../router.tsx';

export interface Found {
  entity: string;
  key: string;
  foundBy: 'number' | 'title_start' | 'title' | 'text';
  title: string;
  parts: { zh: string; value: string }[];
}

export interface SearchAnswer {
  found: Found[];
  hasMore: boolean;
  isPartial: boolean;
}

export const searching = {
  entities: (signal: AbortSignal) =>
    call<{ entities: { entity: string; zh: string }[] }>('/api/search/entities', { signal }),
  ask: (
    body: { words: string; entities?: string[]; tags?: string[]; limit: number; reason?: string },
    signal?: AbortSignal,
  ) => call<SearchAnswer>('/api/search', { method: 'POST', body, signal }),
};

// Words may be names and numbers: they stay in memory, out of the address, the history and the storage of the browser.
let words = '';
const listeners = new Set<() => void>();

export const useWords = (): string =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => words,
  );

/** Shows the page of results for these words. */
export function searchFor(text: string): void {
  words = text.trim();
  for (const listener of listeners) listener();
  if (location.pathname !== '/search') navigate('/search');
}
