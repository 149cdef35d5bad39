/** What letters of every kind have in common when somebody moves one on: of quality (来函), of supervision (督办单). */
import { AppError } from '../domain/errors.ts';

/** @throws AppError `conflict` when a letter in the state `from` does not become `to` */
export function checkMove<State extends string>(
  next: Readonly<Record<State, readonly State[]>>,
  letterId: string | number,
  from: State,
  to: State,
): void {
  if (next[from].includes(to)) return;
  throw new AppError('conflict', `A letter that is ${from} does not become ${to}.`, {
    where: { letter: letterId, state: from },
  });
}

/** @throws AppError `conflict` when no letter of that version was there to be changed */
export function checkMoved(updated: bigint | undefined, letterId: string | number, version: number): void {
  if (updated === 1n) return;
  throw new AppError('conflict', 'Somebody changed this letter meanwhile.', {
    where: { letter: letterId, version },
    retriable: true,
  });
}
