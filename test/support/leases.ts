/** A small contract made at run time, for tests of versions and drift, and files of it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetInput } from '../../ingestion/contract.ts';
import { saveContract } from '../../ingestion/contracts/home.ts';
import { driftReports } from '../../ingestion/drift/reports.ts';
import { type DeliveryResult, landFile } from '../../ingestion/landing/index.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { rowsOf } from './deliveries.ts';

export const leases: DatasetInput = {
  source: 'trial',
  dataset: 'lease',
  zh: '租约',
  reference: '测试',
  owner: '测试机构',
  grain: '一份租约',
  key: ['lease_no'],
  load: { strategy: 'append' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'monthly',
  latenessDays: 31,
  level: 2,
  legalBasis: '测试',
  fields: [
    { name: 'lease_no', source: '租约编号', element: 'identifier', required: true, onInvalid: 'reject' },
    { name: 'monthly_rent', source: '月租金', element: 'money' },
    { name: 'sex_code', source: '性别', element: 'code', codes: 'sex' },
    { name: 'floor_area', source: '面积', element: 'area' },
  ],
};

export const LEASE_HEADER = '租约编号,月租金,性别,面积';

/** Lands files of data sets like `leases`, one a day of January 2026, and looks at what became of them. */
export function leasesAt(platform: Platform) {
  let files = 0;
  return {
    /** Under a data set of its own, which gets the given policies. */
    async land(
      dataset: string,
      header: string,
      lines: readonly string[],
      drift?: DatasetInput['drift'],
    ): Promise<DeliveryResult> {
      if (drift) await saveContract(platform.config, { ...leases, dataset, drift });
      files += 1;
      const path = join(platform.config.home, `leases_${files}.csv`);
      await writeFile(path, `${[header, ...lines].join('\n')}\n`);
      const businessDate = `2026-01-${String(files).padStart(2, '0')}`;
      return landFile(platform, { path, dataset: `trial.${dataset}`, businessDate });
    },
    reports: (dataset: string) => driftReports(platform, { dataset: `trial.${dataset}` }),
    quarantined: (dataset: string) =>
      rowsOf(
        platform,
        `SELECT rule, field, toString(count()) AS rows FROM meta.quarantine WHERE dataset = 'trial.${dataset}' GROUP BY ALL`,
      ),
  };
}
