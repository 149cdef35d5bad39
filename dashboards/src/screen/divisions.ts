import type { Division, Filters } from '../api/types.ts';

export type FocusLevel = 'city' | 'district' | 'street' | 'community';

/** What the whole screen looks at: the city, or one division below it. */
export interface Focus {
  level: FocusLevel;
  /** Empty for the city. */
  code: string;
  /** The division above; empty above districts. */
  parent: string;
}

export const CITY: Focus = { level: 'city', code: '', parent: '' };
const below: Record<FocusLevel, Exclude<FocusLevel, 'city'>> = {
  city: 'district',
  district: 'street',
  street: 'community',
  community: 'community',
};

/** The dimension whose members the map shows under a focus. */
export const childDimension = (focus: Focus) => below[focus.level];

export const filtersOf = (focus: Focus): Filters | undefined =>
  focus.level === 'city' ? undefined : { [focus.level]: focus.code };

/** Divisions by code, with the ways up and down. */
export class DivisionTree {
  private readonly byCode = new Map<string, Division>();
  private readonly children = new Map<string, Division[]>();

  constructor(divisions: Division[]) {
    for (const division of divisions) this.byCode.set(division.code, division);
    for (const division of divisions) {
      const siblings = this.children.get(division.parentCode ?? '') ?? [];
      siblings.push(division);
      this.children.set(division.parentCode ?? '', siblings);
    }
  }

  get empty(): boolean {
    return this.byCode.size === 0;
  }

  get(code: string): Division | undefined {
    return this.byCode.get(code);
  }

  name(code: string): string {
    return this.byCode.get(code)?.name ?? code;
  }

  ofLevel(level: string): Division[] {
    return [...this.byCode.values()].filter((division) => division.level === level);
  }

  childrenOf(focus: Pick<Focus, 'level' | 'code'>): Division[] {
    return focus.level === 'city' ? this.ofLevel('district') : (this.children.get(focus.code) ?? []);
  }

  /** The focus an address names; an unknown code is the city. */
  focusOn(code: string | null): Focus {
    const division = code ? this.byCode.get(code) : undefined;
    const level = division?.level;
    if (!division || (level !== 'district' && level !== 'street' && level !== 'community')) return CITY;
    return { level, code: division.code, parent: division.parentCode ?? '' };
  }

  /** From the district down to the focus itself; empty for the city. */
  path(focus: Focus): Division[] {
    const path: Division[] = [];
    for (
      let at = this.byCode.get(focus.code);
      at && at.level !== 'city';
      at = this.byCode.get(at.parentCode ?? '')
    ) {
      path.unshift(at);
      if (path.length > 4) break;
    }
    return path;
  }

  parent(focus: Focus): Focus {
    return this.focusOn(this.path(focus).at(-2)?.code ?? null);
  }
}
