import { Component, lazy, type ReactNode, Suspense } from 'react';
import { usePath } from './router.tsx';
import { useSettings } from './settings.tsx';

const named = <T,>(load: Promise<T>, pick: (module: T) => () => ReactNode) =>
  load.then((m) => ({ default: pick(m) }));
const Screen = lazy(() => named(import('./screen/Screen.tsx'), (m) => m.Screen));
const SignIn = lazy(() => named(import('./pages/SignIn.tsx'), (m) => m.SignIn));
const Drill = lazy(() => named(import('./pages/Drill.tsx'), (m) => m.Drill));
const Runs = lazy(() => named(import('./pages/Runs.tsx'), (m) => m.Runs));
const Sql = lazy(() => named(import('./pages/Sql.tsx'), (m) => m.Sql));
const Console = lazy(() => named(import('./pages/Console.tsx'), (m) => m.Console));
const Missing = lazy(() => named(import('./pages/Missing.tsx'), (m) => m.Missing));

const routes: Record<string, () => ReactNode> = {
  '/': () => <Screen />,
  '/sign-in': () => <SignIn />,
  '/drill': () => <Drill />,
  '/runs': () => <Runs />,
  '/sql': () => <Sql />,
  '/console': () => <Console />,
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

export function App() {
  const path = usePath();
  const { t } = useSettings();
  const page = routes[path] ?? (() => <Missing />);
  return (
    <Boundary key={path} label={t('pageBroken')} retry={t('reload')}>
      <Suspense fallback={<div className="loading">{t('loading')}</div>}>{page()}</Suspense>
    </Boundary>
  );
}
