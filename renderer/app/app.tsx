import { lazy, Suspense, type ReactElement } from 'react';
import { frame } from '../../shared/strings/frame.ts';
import { Spinner, ToastArea } from '../components/index.ts';
import { UploadsView } from '../features/uploads/index.tsx';
import { useDoing } from '../stores/doing.ts';
import { useLinks } from '../stores/links.ts';
import { useNavigation, type ViewName } from '../stores/navigation.ts';
import { useOffers } from '../stores/offers.ts';
import { useProxies, withQuestion } from '../stores/proxies.ts';
import { useSignInsAt } from '../stores/sign-ins.ts';
import { useTasks } from '../stores/tasks.ts';
import { DropOverlay } from './drop-overlay.tsx';
import { LiveRegion } from './live-region.tsx';
import { ProxyNotice } from './proxy-notice.tsx';
import { Sidebar } from './sidebar.tsx';
import { SignInNotice } from './sign-in-notice.tsx';

// Only the first view is in the first chunk: the others come when they are asked for.
const BrowseView = lazy(async () => ({ default: (await import('../features/browse/index.tsx')).BrowseView }));
const HistoryView = lazy(async () => ({ default: (await import('../features/history/index.tsx')).HistoryView }));
const DestinationsView = lazy(async () => ({
  default: (await import('../features/destinations/index.tsx')).DestinationsView,
}));
const ConnectionsView = lazy(async () => ({
  default: (await import('../features/connections/index.tsx')).ConnectionsView,
}));
const BucketView = lazy(async () => ({ default: (await import('../features/bucket/index.tsx')).BucketView }));
const SettingsView = lazy(async () => ({ default: (await import('../features/settings/index.tsx')).SettingsView }));
const ProxyDialog = lazy(async () => ({ default: (await import('./proxy-dialog.tsx')).ProxyDialog }));
const SignInDialog = lazy(async () => ({ default: (await import('./sign-in-dialog.tsx')).SignInDialog }));
const LinksDialog = lazy(async () => ({ default: (await import('../features/object/links-dialog.tsx')).LinksDialog }));
const DoingDialogs = lazy(async () => ({ default: (await import('../features/doing/dialogs.tsx')).DoingDialogs }));
const TasksTray = lazy(async () => ({ default: (await import('../features/tasks/tray.tsx')).TasksTray }));
const OfferDialog = lazy(async () => ({
  default: (await import('../features/uploads/offer/offer-dialog.tsx')).OfferDialog,
}));

const views: Record<ViewName, () => ReactElement> = {
  uploads: () => <UploadsView />,
  browse: () => <BrowseView />,
  history: () => <HistoryView />,
  destinations: () => <DestinationsView />,
  connections: () => <ConnectionsView />,
  bucket: () => <BucketView />,
  settings: () => <SettingsView />,
};

export function App() {
  const view = useNavigation((state) => state.view);
  const offer = useOffers((state) => state.offers[0]);
  const [asking] = withQuestion(
    useProxies((state) => state.list),
    'asked',
  );
  const [signIn] = useSignInsAt('asked');
  const links = useLinks((state) => state.wanted);
  const isDoing = useDoing(({ asked }) => asked !== null);
  const hasTasks = useTasks(({ list }) => list.length > 0);
  return (
    <div className="frame">
      <Sidebar />
      <main className="view">
        <ProxyNotice />
        <SignInNotice />
        <Suspense fallback={<Opening />}>{views[view]()}</Suspense>
      </main>
      <Suspense fallback={null}>{hasTasks && <TasksTray />}</Suspense>
      <Suspense fallback={null}>{isDoing && <DoingDialogs />}</Suspense>
      <Suspense fallback={null}>{offer !== undefined && <OfferDialog key={offer.id} offer={offer} />}</Suspense>
      <Suspense fallback={null}>{links !== null && <LinksDialog wanted={links} />}</Suspense>
      <Suspense fallback={null}>{asking !== undefined && <ProxyDialog key={asking.proxy} asking={asking} />}</Suspense>
      <Suspense fallback={null}>
        {/* The proxy first: the way to the backend may lead through it. */}
        {asking === undefined && signIn !== undefined && <SignInDialog key={signIn.connection.id} asking={signIn} />}
      </Suspense>
      <DropOverlay />
      <ToastArea />
      <LiveRegion />
    </div>
  );
}

function Opening() {
  return (
    <div className="opening" role="status" aria-label={frame.loadingView}>
      <Spinner size={24} />
    </div>
  );
}
