import { History as HistoryIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { history } from '../../../shared/strings/history.ts';
import { attempt } from '../../app/attempt.ts';
import { perform } from '../../app/commands.ts';
import { useNarrow } from '../../app/use-narrow.ts';
import { Button, EmptyState, FirstAnswer, Page } from '../../components/index.ts';
import '../../list/list.css';
import { paced } from '../../list/paced.ts';
import { loadFacets, useFacets } from '../../stores/history-facets.ts';
import { clearFilters, useHistory } from '../../stores/history.ts';
import { useProgress } from '../../stores/progress.ts';
import { BatchCard } from './batch-card.tsx';
import { Details } from './details.tsx';
import { HistoryList } from './history-list.tsx';
import './history.css';
import { KindIcons } from './kind-icons.tsx';
import { Count, HistoryToolbar } from './toolbar.tsx';

export function HistoryView() {
  const sent = useFacets(({ batches }) => (batches === null ? null : batches.length > 0));
  useEffect(followFacets, []);
  return (
    <Page title={history.title} actions={sent === true && <Count />}>
      {sent === null && <FirstAnswer words={history.loading} retry={history.retry} load={loadFacets} />}
      {sent === false && <Empty />}
      {sent === true && (
        <div className="history">
          <BatchCard />
          <SentFiles />
        </div>
      )}
    </Page>
  );
}

/** ms between two looks at the uploads and tags there are, while files arrive */
const facetsPause = 5000;

/** While the view is looked at; what it showed last time is there at once. Returns what ends it. */
function followFacets(): () => void {
  const load = paced(() => void attempt(loadFacets), facetsPause);
  if (useFacets.getState().batches !== null) load.ask();
  const end = useProgress.subscribe(({ progress: now }, { progress: before }) => {
    if (now !== null && now.totals.done.files !== before?.totals.done.files) load.ask();
  });
  return () => {
    end();
    load.end();
  };
}

function Empty() {
  return (
    <div className="history-empty">
      <EmptyState
        icon={HistoryIcon}
        title={history.empty.title}
        actions={
          <Button variant="primary" onPress={perform['show-uploads']}>
            {history.empty.action}
          </Button>
        }
      >
        {history.empty.body}
      </EmptyState>
    </div>
  );
}

/** px: in less, the details have no room beside the list */
const roomForBoth = 760;

function SentFiles() {
  const body = useRef<HTMLDivElement>(null);
  const narrow = useNarrow(body, roomForBoth);
  const row = useHistory(({ selected, detailsOpen }) => (detailsOpen ? selected : null));
  const nothing = useHistory(({ total }) => total === 0);
  const close = () => {
    useHistory.setState({ detailsOpen: false });
    body.current?.querySelector<HTMLElement>('.ag-cell-focus')?.focus();
  };
  return (
    <section className="files card" aria-label={history.list.title}>
      <KindIcons />
      <HistoryToolbar />
      <div ref={body} className="history-body">
        <div className="files-body">
          <HistoryList />
          {nothing && (
            <div className="files-nothing">
              <p className="muted">{history.list.nothingFound}</p>
              <Button size="small" onPress={clearFilters}>
                {history.filters.clear}
              </Button>
            </div>
          )}
        </div>
        {row !== null && <Details row={row} narrow={narrow} onClose={close} />}
      </div>
    </section>
  );
}
