import { instant } from '../format.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { columnsOf } from '../pages/titles.ts';
import { useSettings } from '../settings.tsx';
import type { Happened } from './api.ts';
import { eventTitles, figures, refusalTitles, word } from './words.ts';

/** Thresholds crossed and messages refused, of one device or of all. */
export function HappenedTables({ happened }: { happened: Happened }) {
  const { t, lang } = useSettings();
  return (
    <>
      <h2>{t('thresholds')}</h2>
      <DataTable
        label={t('thresholds')}
        columns={columnsOf(eventTitles, lang, figures)}
        rows={happened.events.map((one) => ({
          ...one,
          at: instant(one.at),
          levelText: word(one.level, lang),
        }))}
      />
      <h2>{t('deviceRefusals')}</h2>
      <DataTable
        label={t('deviceRefusals')}
        columns={columnsOf(refusalTitles, lang, figures)}
        rows={happened.refusals.map((one) => ({ ...one }))}
      />
    </>
  );
}
