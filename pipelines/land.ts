import { type LandingProgress, landInbox } from '../ingestion/landing/index.ts';
import type { Platform } from '../warehouse/platform.ts';
import type { DatasetAccount, LandInbox } from './runner.ts';

/** Lands what waits in the inbox and tells the run about it in the run's own words. */
export const landDeliveries: LandInbox = async (platform: Platform, { onProgress, signal }) => {
  const refused = new Map<string, DatasetAccount['refused']>();
  const report = ({ result, ...progress }: LandingProgress) => {
    if (result.state === 'refused') {
      const { message, where } = result.refusal;
      refused.set(result.dataset, [
        ...(refused.get(result.dataset) ?? []),
        { file: result.fileName, rule: String(where['rule'] ?? result.refusal.code), message },
      ]);
    }
    onProgress?.({
      kind: 'item',
      stage: 'land',
      item: `${result.dataset} ${result.fileName}`,
      state: result.state,
      done: progress.files,
      total: progress.totalFiles,
      rows: progress.rows,
    });
  };
  const accounts = await landInbox(platform, { onProgress: report, signal });
  return accounts.map((account) => ({ ...account, refused: refused.get(account.dataset) ?? [] }));
};
