/** How alike two words are, for proposing a code for one nobody has seen: shared neighbours and shared characters. */
import { normaliseWord, type CodeList } from '../../domain/codes/index.ts';

const pairs = (text: string): string[] => {
  const characters = [`^`, ...text, '$'];
  return characters.slice(1).map((character, i) => `${characters[i] ?? ''}${character}`);
};

/** Sørensen–Dice over neighbouring characters, ends included: 1 for equal texts, 0 for nothing in common. */
export function similarity(a: string, b: string): number {
  if (a === b) return 1;
  const [ours, theirs] = [pairs(a), pairs(b)];
  const left = [...theirs];
  const shared = ours.filter((pair) => {
    const at = left.indexOf(pair);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
  return (2 * shared) / (ours.length + theirs.length);
}

export interface Proposal {
  code: string;
  zh: string;
  /** 0 to 1. */
  similarity: number;
}

/** A word that holds another whole is likely to mean it: 已离婚（法院判决） holds 已离婚. */
const HOLDS = 0.6;
const LEAST = 0.34;

/** The likeliest code of the list; null where nothing is like it. */
export function proposeCode(list: CodeList, word: string): Proposal | null {
  const said = normaliseWord(word);
  const candidates = list.entries.map(({ code, zh, synonyms = [] }): Proposal => {
    const scores = [zh, ...synonyms].map(normaliseWord).map((known) => {
      const holds = known.length > 1 && (said.includes(known) || known.includes(said));
      // The longer the shared word, the surer.
      const share = Math.min(known.length, said.length) / Math.max(known.length, said.length, 1);
      return Math.max(similarity(said, known), holds ? HOLDS + (1 - HOLDS) * share : 0);
    });
    return { code, zh, similarity: Math.round(Math.max(0, ...scores) * 100) / 100 };
  });
  const best = candidates.toSorted((a, b) => b.similarity - a.similarity)[0];
  return best && best.similarity >= LEAST ? best : null;
}
