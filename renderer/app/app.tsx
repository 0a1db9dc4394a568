import { lazy, Suspense, type ReactElement } from 'react';
import { frame } from '../../shared/strings/frame.ts';
import { Spinner, ToastArea } from '../components/index.ts';
import { UploadsView } from '../features/uploads/index.tsx';
import { useNavigation, type ViewName } from '../stores/navigation.ts';
import { useOffers } from '../stores/offers.ts';
import { useProxies, withQuestion } from '../stores/proxies.ts';
import { DropOverlay } from './drop-overlay.tsx';
import { LiveRegion } from './live-region.tsx';
import { ProxyNotice } from './proxy-notice.tsx';
import { Sidebar } from './sidebar.tsx';

// Only the first view is in the first chunk: the others come when they are asked for.
const HistoryView = lazy(async () => ({ default: (await import('../features/history/index.tsx')).HistoryView }));
const DestinationsView = lazy(async () => ({
  default: (await import('../features/destinations/index.tsx')).DestinationsView,
}));
const ConnectionsView = lazy(async () => ({
  default: (await import('../features/connections/index.tsx')).ConnectionsView,
}));
const SettingsView = lazy(async () => ({ default: (await import('../features/settings/index.tsx')).SettingsView }));
const ProxyDialog = lazy(async () => ({ default: (await import('./proxy-dialog.tsx')).ProxyDialog }));
const OfferDialog = lazy(async () => ({
  default: (await import('../features/uploads/offer/offer-dialog.tsx')).OfferDialog,
}));

const views: Record<ViewName, () => ReactElement> = {
  uploads: () => <UploadsView />,
  history: () => <HistoryView />,
  destinations: () => <DestinationsView />,
  connections: () => <ConnectionsView />,
  settings: () => <SettingsView />,
};

export function App() {
  const view = useNavigation((state) => state.view);
  const offer = useOffers((state) => state.offers[0]);
  const [asking] = withQuestion(
    useProxies((state) => state.list),
    'asked',
  );
  return (
    <div className="frame">
      <Sidebar />
      <main className="view">
        <ProxyNotice />
        <Suspense fallback={<Opening />}>{views[view]()}</Suspense>
      </main>
      <Suspense fallback={null}>{offer !== undefined && <OfferDialog key={offer.id} offer={offer} />}</Suspense>
      <Suspense fallback={null}>{asking !== undefined && <ProxyDialog key={asking.proxy} asking={asking} />}</Suspense>
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
