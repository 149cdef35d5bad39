import { type FormEvent, useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { type Both, columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { alerts } from './api.ts';
import { absenceReasons, absenceTitles } from './words.ts';

const holidayTitles: Record<string, Both> = { date: ['日期', 'Day'], name: ['节假日', 'Holiday'] };

/** Absences households gave notice of and the calendar of holidays: rules that look at presence leave those days out. */
export function Absences() {
  const { lang } = useSettings();
  const list = useAsk('absences', alerts.absences);
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  const withdraw = (id: number) =>
    attempt(async () => {
      await alerts.withdrawAbsence(id, reason.trim());
      setReason('');
      list.again();
    });
  return (
    <>
      <AbsenceForm onSaved={list.again} />
      {list.error && <Failure error={list.error} retry={list.again} />}
      {error && <Failure error={error} />}
      {list.data && list.data.absences.length > 0 && <ReasonField value={reason} onChange={setReason} />}
      {list.data && (
        <DataTable
          label={said(['报备外出', 'Absences'], lang)}
          columns={columnsOf(absenceTitles, lang)}
          rows={list.data.absences.map((one) => ({
            ...one,
            reasonText: said(absenceReasons[one.reason] ?? [one.reason, one.reason], lang),
          }))}
          action={(row) =>
            row['withdrawnBy'] === null && (
              <button
                type="button"
                disabled={busy || !isReason(reason)}
                onClick={() => withdraw(Number(row['id']))}
              >
                {said(['撤回', 'Withdraw'], lang)}
              </button>
            )
          }
        />
      )}
      <Holidays />
    </>
  );
}

const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();

function AbsenceForm({ onSaved }: { onSaved: () => void }) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    attempt(async () => {
      await alerts.addAbsence({
        contractNo: textOf(form, 'contractNo'),
        from: textOf(form, 'from'),
        until: textOf(form, 'until'),
        reason: textOf(form, 'reason'),
        evidenceNo: textOf(form, 'evidenceNo'),
      });
      element.reset();
      onSaved();
    });
  };
  return (
    <form className="task-form" onSubmit={save} aria-label={said(['登记外出', 'Record an absence'], lang)}>
      {(['contractNo', 'evidenceNo'] as const).map((name) => (
        <label key={name}>
          {said(absenceTitles[name], lang)}
          <input name={name} required minLength={2} maxLength={64} />
        </label>
      ))}
      {(['from', 'until'] as const).map((name) => (
        <label key={name}>
          {said(absenceTitles[name], lang)}
          <input name={name} type="date" required />
        </label>
      ))}
      <label>
        {said(absenceTitles.reasonText, lang)}
        <select name="reason">
          {Object.entries(absenceReasons).map(([name, both]) => (
            <option key={name} value={name}>
              {said(both, lang)}
            </option>
          ))}
        </select>
      </label>
      <div>
        <button type="submit" className="primary" disabled={busy}>
          {said(['登记', 'Record'], lang)}
        </button>
      </div>
      {error && <Failure error={error} />}
    </form>
  );
}

function Holidays() {
  const { lang } = useSettings();
  const { me } = useSession();
  const list = useAsk('holidays', alerts.holidays);
  const { error, busy, attempt } = useAttempt();
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    attempt(async () => {
      await alerts.addHoliday(textOf(form, 'date'), textOf(form, 'name'), textOf(form, 'why'));
      element.reset();
      list.again();
    });
  };
  return (
    <>
      {(me?.rights.includes('alerts:manage') ?? false) && (
        <form className="task-form" onSubmit={add} aria-label={said(['增加节假日', 'Add a holiday'], lang)}>
          <label>
            {said(holidayTitles['date'] ?? ['', ''], lang)}
            <input name="date" type="date" required />
          </label>
          <label>
            {said(holidayTitles['name'] ?? ['', ''], lang)}
            <input name="name" required maxLength={40} />
          </label>
          <label>
            {said(['理由', 'Why'], lang)}
            <input name="why" required minLength={2} maxLength={500} />
          </label>
          <div>
            <button type="submit" disabled={busy}>
              {said(['增加', 'Add'], lang)}
            </button>
          </div>
        </form>
      )}
      {error && <Failure error={error} />}
      {list.data && (
        <DataTable
          label={said(['节假日', 'Holidays'], lang)}
          columns={columnsOf(holidayTitles, lang)}
          rows={list.data.holidays.toReversed().map((one) => ({ ...one }))}
        />
      )}
    </>
  );
}
