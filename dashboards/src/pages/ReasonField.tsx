import { useSettings } from '../settings.tsx';

const LEAST_CHARACTERS = 2;

/** The server asks for a reason of at least two characters. */
export const isReason = (text: string): boolean => text.trim().length >= LEAST_CHARACTERS;

/** Why somebody decides so; it is kept with the decision. */
export function ReasonField({ value, onChange }: { value: string; onChange: (reason: string) => void }) {
  const { t } = useSettings();
  return (
    <input
      value={value}
      onChange={(event) => onChange(event.target.value)}
      placeholder={t('reasonKept')}
      aria-label={t('reasonKept')}
      maxLength={500}
      size={40}
    />
  );
}
