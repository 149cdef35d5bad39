/** One way a source changed without a word. */
export interface Drift {
  entity: 'table' | 'column' | 'type';
  /** As the source calls it; '' for a table. */
  column: string;
  change: 'new_column' | 'missing_column' | 'failing_values' | 'unknown_table';
  /** One sentence for the owner; no value of the data. */
  detail: string;
  /** Of the rows, or of the column's values, that show it. */
  share: number;
  /** What landing did with it. */
  policy: string;
  /** The contract says so of this column by name. */
  isNamed?: boolean;
}
