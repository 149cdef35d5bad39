/** A part of `anju bench detect`: how much of what the sample city planted is found, and how much of what is found was planted. */
import type { Platform } from '../../warehouse/platform.ts';

export interface DetectCall {
  /** On a home that holds the city: landed, and run where the part says it needs that. */
  platform: Platform;
  /** The truth's directory. Nothing but tests and benchmarks reads it. */
  truth: string;
  say: (line: string) => void;
}

export interface Found {
  /** What is measured: a family of faults, persons, dwellings … */
  name: string;
  precision: number;
  recall: number;
  /** How many there are in truth, and how many were found. */
  planted: number;
  found: number;
  /** Precision and recall the issue asks for. */
  atLeast: number;
  confusion?: Confusion;
}

/** How many objects are both, one, the other or neither. */
export interface Confusion {
  /** Planted and found. */
  right: number;
  /** Found and not planted. */
  wrong: number;
  /** Planted and not found. */
  missed: number;
  /** Neither, where it is known how many objects there are. */
  others?: number;
}

export interface DetectPart {
  name: string;
  /** `run`: the models must have been built; `landed`: the rows in raw are enough. */
  needs: 'landed' | 'run';
  run: (call: DetectCall) => Promise<Found[]>;
}

/** Precision and recall of pairs: found together, together in truth, both. */
export function foundPairs(
  name: string,
  { found, right, true: planted }: { found: number; right: number; true: number },
  atLeast: number,
): Found {
  return {
    name,
    precision: found === 0 ? 1 : right / found,
    recall: planted === 0 ? 1 : right / planted,
    planted,
    found,
    atLeast,
  };
}
