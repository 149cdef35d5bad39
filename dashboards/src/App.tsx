import { Component, lazy, type ReactNode, Suspense, useEffect } from 'react';
import { homeOf, maySee } from './pages.ts';
import { navigate, usePath } from './router.tsx';
import { useSession } from './session.tsx';
import { useSettings } from './settings.tsx';

const named = <T,>(load: Promise<T>, pick: (module: T) => () => ReactNode) =>
  load.then((m) => ({ default: pick(m) }));
const Screen = lazy(() => named(import('./screen/Screen.tsx'), (m) => m.Screen));
const SignIn = lazy(() => named(import('./pages/SignIn.tsx'), (m) => m.SignIn));
const Drill = lazy(() => named(import('./pages/Drill.tsx'), (m) => m.Drill));
const Runs = lazy(() => named(import('./pages/Runs.tsx'), (m) => m.Runs));
const Sql = lazy(() => named(import('./pages/Sql.tsx'), (m) => m.Sql));
const Console = lazy(() => named(import('./console/Console.tsx'), (m) => m.Console));
const Audit = lazy(() => named(import('./pages/Audit.tsx'), (m) => m.Audit));
const Users = lazy(() => named(import('./pages/Users.tsx'), (m) => m.Users));
const Quarantine = lazy(() => named(import('./quarantine/Quarantine.tsx'), (m) => m.Quarantine));
const Cleaning = lazy(() => named(import('./cleaning/Cleaning.tsx'), (m) => m.Cleaning));
const Collection = lazy(() => named(import('./collection/Collection.tsx'), (m) => m.Collection));
const Review = lazy(() => named(import('./identity/Review.tsx'), (m) => m.Review));
const Tags = lazy(() => named(import('./tags/Tags.tsx'), (m) => m.Tags));
const Alerts = lazy(() => named(import('./alerts/Alerts.tsx'), (m) => m.Alerts));
const Eligibility = lazy(() => named(import('./eligibility/Eligibility.tsx'), (m) => m.Eligibility));
const Goals = lazy(() => named(import('./goals/Goals.tsx'), (m) => m.Goals));
const Credit = lazy(() => named(import('./credit/Credit.tsx'), (m) => m.Credit));
const Drift = lazy(() => named(import('./drift/Drift.tsx'), (m) => m.Drift));
const Devices = lazy(() => named(import('./devices/Devices.tsx'), (m) => m.Devices));
const Quality = lazy(() => named(import('./quality/Quality.tsx'), (m) => m.Quality));
const Catalog = lazy(() => named(import('./catalog/Catalog.tsx'), (m) => m.Catalog));
const Search = lazy(() => named(import('./search/Search.tsx'), (m) => m.Search));
const Forbidden = lazy(() => named(import('./pages/Missing.tsx'), (m) => m.Forbidden));
const Missing = lazy(() => named(import('./pages/Missing.tsx'), (m) => m.Missing));

const routes: Record<string, () => ReactNode> = {
  '/': () => <Screen />,
  '/sign-in': () => <SignIn />,
  '/drill': () => <Drill />,
  '/runs': () => <Runs />,
  '/sql': () => <Sql />,
  '/console': () => <Console />,
  '/audit': () => <Audit />,
  '/users': () => <Users />,
  '/quarantine': () => <Quarantine />,
  '/cleaning': () => <Cleaning />,
  '/collection': () => <Collection />,
  '/identity': () => <Review />,
  '/alerts': () => <Alerts />,
  '/tags': () => <Tags />,
  '/eligibility': () => <Eligibility />,
  '/goals': () => <Goals />,
  '/credit': () => <Credit />,
  '/drift': () => <Drift />,
  '/devices': () => <Devices />,
  '/quality': () => <Quality />,
  '/catalog': () => <Catalog />,
  '/search': () => <Search />,
};

/** A page that breaks says so and offers a way on; a wall must never stay blank. */
class Boundary extends Component<
  { children: ReactNode; label: string; retry: string },
  { failure: Error | null }
> {
  override state: { failure: Error | null } = { failure: null };

  static getDerivedStateFromError(failure: Error) {
    return { failure };
  }

  override render() {
    if (!this.state.failure) return this.props.children;
    return (
      <div className="broken" role="alert">
        <p>{this.props.label}</p>
        <p>{this.state.failure.message}</p>
        <button type="button" onClick={() => location.reload()}>
          {this.props.retry}
        </button>
      </div>
    );
  }
}

function Redirect({ to }: { to: string }) {
  useEffect(() => navigate(to, true), [to]);
  return null;
}

/** The page of the address, if the person may see it: the menu and this are courtesy, the server decides on every call. */
function Page() {
  const path = usePath();
  const { me, asking } = useSession();
  const { t } = useSettings();
  if (path !== '/sign-in') {
    if (asking) return <div className="loading">{t('loading')}</div>;
    if (me && !maySee(me, path)) return path === '/' ? <Redirect to={homeOf(me)} /> : <Forbidden />;
  }
  return routes[path]?.() ?? <Missing />;
}

export function App() {
  const path = usePath();
  const { t } = useSettings();
  return (
    <Boundary key={path} label={t('pageBroken')} retry={t('reload')}>
      <Suspense fallback={<div className="loading">{t('loading')}</div>}>
        <Page />
      </Suspense>
    </Boundary>
  );
}
