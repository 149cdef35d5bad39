import { Choices } from '../pages/Choices.tsx';
import { Shell } from '../pages/Shell.tsx';
import { type Both, said } from '../pages/titles.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { Cases } from './Cases.tsx';
import { Polls } from './Polls.tsx';
import { Rules } from './Rules.tsx';

const views = {
  cases: ['预审', 'Pre-review'],
  polls: ['在保轮询', 'Polls'],
  rules: ['规则', 'Rules'],
} as const satisfies Record<string, Both>;
type View = keyof typeof views;
const viewNames = Object.keys(views) as View[];
/** What a view leaves in the address. */
const LEFT = { application: null, review: null, poll: null, version: null, edit: null, from: null };

/** 资格 (data.md A.1, C.1, C.2; CJJ/T 196 A.1): pre-review of applications, polls of beneficiaries, and the rules both stand on. */
export function Eligibility() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const view = viewNames.find((one) => one === query.get('show')) ?? 'cases';
  return (
    <Shell title={t('eligibility')}>
      <div className="choices" role="group">
        <Choices
          names={viewNames}
          chosen={view}
          label={(one) => said(views[one], lang)}
          onChoose={(show) => navigate(withQuery({ ...LEFT, show }))}
        />
      </div>
      {view === 'cases' && <Cases />}
      {view === 'polls' && <Polls />}
      {view === 'rules' && <Rules />}
    </Shell>
  );
}
