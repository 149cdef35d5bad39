import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Position } from '../connector.ts';
import type { FoundFile } from './file-source.ts';

/** 60 bits: among 100,000 files the chance that a new one looks known is one in ten million million. */
const LETTERS = 10;

const positionSchema = z.object({ taken: z.record(z.string(), z.string()).default({}) });

/**
 * The files already taken, by name, size and time of change: ten letters each, by the day they were changed on. Only files the
 * place still has are kept, so the position is bounded by the directory (`maxFiles`) and not by its history.
 */
export class TakenFiles {
  readonly #days: Map<string, Set<string>>;

  constructor(position: Position | null, listed: readonly FoundFile[]) {
    const { taken } = positionSchema.parse(position ?? {});
    this.#days = new Map();
    for (const file of listed) {
      const [day, letters] = markOf(file);
      if (taken[day] !== undefined && holds(taken[day], letters)) this.add(file);
    }
  }

  has(file: FoundFile): boolean {
    const [day, letters] = markOf(file);
    return this.#days.get(day)?.has(letters) ?? false;
  }
  add(file: FoundFile): void {
    const [day, letters] = markOf(file);
    this.#days.set(day, (this.#days.get(day) ?? new Set()).add(letters));
  }
  /** A file that is moved or deleted need not be remembered once it is gone. */
  position(): Position {
    return { taken: Object.fromEntries([...this.#days].map(([day, marks]) => [day, [...marks].join('')])) };
  }
}

function holds(marks: string, letters: string): boolean {
  for (let at = 0; at < marks.length; at += LETTERS) if (marks.startsWith(letters, at)) return true;
  return false;
}

function markOf({ name, bytes, modified }: FoundFile): [day: string, letters: string] {
  // To the last digit the place tells: another file of the same name and size may come within the same second.
  const letters = createHash('sha256')
    .update(`${name}\0${bytes}\0${modified}`)
    .digest('base64url')
    .slice(0, LETTERS);
  const seconds = Math.floor(modified / 1000);
  const day =
    Number.isSafeInteger(seconds) && Math.abs(seconds) < 8e12
      ? new Date(seconds * 1000).toISOString().slice(0, 10)
      : '';
  return [day, letters];
}
