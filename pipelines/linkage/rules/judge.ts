/** What rules say of two records: which of them link the two, and which of its conditions fail where one does not. A pure function of levels. */

/** How two values agree. `neither says` is agreement where a rule wants both to be alike, and none where it wants them equal. */
export type Level = 'equal' | 'different' | 'not known' | 'neither says' | (string & {});

export interface Rule {
  /** As the column `how` of the links has it. */
  name: string;
  /** Both must say it, and the same. */
  equal?: readonly string[];
  /** Both say the same, or neither says anything. */
  alike?: readonly string[];
  /** All of one of these groups must be equal or alike, the last of each equal. */
  oneOf?: readonly (readonly string[])[];
  /** May be silent, but not contradict. */
  agree?: readonly string[];
  /** Comparisons that must have this very level. */
  is?: Readonly<Record<string, string>>;
}
export interface Judged {
  rule: string;
  holds: boolean;
  /** Comparisons that fail it, and how they come out: never a value. */
  failed: { comparison: string; level: string }[];
}

const isEqual = (level: Level): boolean => level === 'equal' || level === 'alias';
const isAlike = (level: Level): boolean => isEqual(level) || level === 'neither says';

export function judge(levels: ReadonlyMap<string, Level>, rules: readonly Rule[]): Judged[] {
  const at = (name: string): Level => levels.get(name) ?? 'not known';
  return rules.map(({ name, equal = [], alike = [], oneOf = [], agree = [], is = {} }) => {
    const groups = oneOf.map((group) =>
      group.filter((one, n) => !(n === group.length - 1 ? isEqual(at(one)) : isAlike(at(one)))),
    );
    const failing = [
      ...equal.filter((one) => !isEqual(at(one))),
      ...alike.filter((one) => !isAlike(at(one))),
      ...(groups.length === 0 || groups.some((lacking) => lacking.length === 0) ? [] : groups.flat()),
      ...agree.filter((one) => at(one) === 'different'),
      ...Object.entries(is).flatMap(([one, level]) => (at(one) === level ? [] : [one])),
    ];
    const failed = [...new Set(failing)].map((comparison) => ({ comparison, level: at(comparison) }));
    return { rule: name, holds: failed.length === 0, failed };
  });
}
