/** One entry of the catalog, whatever it is about. */
import type { MaskName } from '../../domain/element.ts';
import type { SharingType } from './resources.ts';

export const CATALOG_KINDS = ['dataset', 'model', 'column', 'metric', 'export', 'report'] as const;
export type CatalogKind = (typeof CATALOG_KINDS)[number];

export interface CatalogEntry {
  kind: CatalogKind;
  /** Data set `source.dataset`, model `base.x`, column `base.x.y`, metric, package or report by name. */
  name: string;
  /** The table of a column; the table a metric, package or (first of all) report reads; '' else. */
  parent: string;
  zh: string;
  comment: string;
  type: string;
  /** 责任方. */
  owner: string;
  grain: string;
  /** 002:10148-10159. */
  level: number;
  mask: MaskName;
  legal_basis: string;
  /** 更新时限: days after which it counts as late; 0 where it follows every run. */
  update_days: number;
  sharing_type: SharingType;
  /** Resources of the agency's catalogue it holds items of; with none, why. */
  resources: string[];
  explanation: string;
  /** Data sets it is made of, however far behind; a data set is made of itself. */
  datasets: string[];
  /** Of a column that holds a data element: `id_number`, or the code list as `code:sex`. */
  element: string;
  /** 数据元 and its standard: `公民身份号码（GB 11643-1999）`. */
  term: string;
  /** Fields of the standard tables a column holds: `申请家庭基本信息表/申请编号 SQBH（002:10393）`. */
  standard_fields: string[];
}

/** Of what holds no single data element, nor a field of a standard. */
export const NO_ELEMENT = { element: '', term: '', standard_fields: [] as string[] };

/** What follows from its name and definition alone. */
export type WithoutDatasets = Omit<CatalogEntry, 'datasets'>;

/** Whose platform this is: what is computed from several agencies' data is its office's. */
export const OFFICE = '住房保障服务中心';
