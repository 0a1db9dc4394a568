import { FileX, ShieldCheck } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useNarrow } from '../../app/use-narrow.ts';
import { isS3 } from '../../../shared/connection-kind.ts';
import type { S3ConnectionInfo } from '../../../shared/ipc.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { Button, Note, Page, Spinner } from '../../components/index.ts';
import '../../list/list.css';
import { browseTo, useBrowse } from '../../stores/browse.ts';
import { openBucketPage } from '../../stores/bucket.ts';
import { useConnections } from '../../stores/connections.ts';
import { followRights } from '../../stores/rights.ts';
import { showDeletions } from '../doing/actions.ts';
import { ObjectPanel } from '../object/panel.tsx';
import './browse.css';
import { FolderList } from './folder-list.tsx';
import { FolderTiles } from './folder-tiles.tsx';
import { BrowseIcons } from './kind-icons.tsx';
import { followKeys } from './keys.ts';
import { followListing } from './listing.ts';
import { Interruption, NoConnection, Nothing, Problem } from './nothing.tsx';
import { StatusLine } from './status-line.tsx';
import { BrowseToolbar } from './toolbar.tsx';
import { Where } from './where.tsx';

/** What is in a bucket, folder by folder, and what can be done with it. */
export function BrowseView() {
  const connections = useConnections(({ list }) => list);
  const chosenId = useBrowse((state) => state.connectionId);
  if (connections === null) return <Page title={browse.title}>{null}</Page>;
  const buckets = connections.filter(isS3);
  const chosen = buckets.find(({ id }) => id === chosenId);
  return (
    <Page title={browse.title} actions={chosen !== undefined && <Ways connectionId={chosen.id} />}>
      {chosen !== undefined ? (
        <Bucket connection={chosen} connections={buckets} />
      ) : (
        <FirstBucket connections={buckets} />
      )}
    </Page>
  );
}

/** To what else there is about buckets. */
function Ways({ connectionId }: { connectionId: number }) {
  return (
    <div className="row">
      <Button size="small" variant="quiet" icon={FileX} onPress={showDeletions}>
        {browse.where.deletions}
      </Button>
      <Button size="small" variant="quiet" icon={ShieldCheck} onPress={() => openBucketPage(connectionId)}>
        {browse.where.bucketPage}
      </Button>
    </div>
  );
}

const lastPlace = 'last-browsed';

/** Begins where the person was last; else at the bucket that was added last. */
function FirstBucket({ connections }: { connections: readonly S3ConnectionInfo[] }) {
  const last = Number(localStorage.getItem(lastPlace));
  const first = connections.find(({ id }) => id === last) ?? connections.at(-1);
  const id = first?.id;
  useEffect(() => {
    if (id !== undefined) browseTo(id, '');
  }, [id]);
  if (id !== undefined) return null;
  return (
    <div className="browse-none">
      <NoConnection />
    </div>
  );
}

/** px: in less, the panel has no room beside the rows */
const roomForBoth = 760;

interface BucketProps {
  connection: S3ConnectionInfo;
  connections: readonly S3ConnectionInfo[];
}

function Bucket({ connection, connections }: BucketProps) {
  const { id } = connection;
  const body = useRef<HTMLElement>(null);
  const isNarrow = useNarrow(body, roomForBoth);
  useEffect(() => {
    localStorage.setItem(lastPlace, String(id));
    return followRights(id);
  }, [id]);
  useEffect(followListing, []);
  useEffect(followKeys, []);
  return (
    <section ref={body} className="files card browse" aria-label={connection.config.bucket}>
      <BrowseIcons />
      <Where {...{ connections, connection, isNarrow }} />
      <BrowseToolbar />
      <div className="browse-body">
        <Rows connectionId={id} />
        <Panel connectionId={id} isNarrow={isNarrow} />
      </div>
      <StatusLine />
    </section>
  );
}

function Rows({ connectionId }: { connectionId: number }) {
  const { layout, status, total, problem } = useBrowse();
  const reason = problem ?? status?.problem ?? null;
  const isKnown = status !== null && status.objects + status.folders > 0;
  if (reason !== null && (problem !== null || !isKnown)) return <Problem {...{ connectionId, reason }} />;
  const isEmpty = total === 0 && status?.state === 'complete' && !status.refreshing;
  return (
    <div className="browse-rows">
      {reason !== null && <Interruption reason={reason} />}
      {status?.state === 'full' && <Note tone="warning">{browse.status.full}</Note>}
      <div className="files-body">
        {layout === 'list' ? <FolderList /> : <FolderTiles connectionId={connectionId} />}
        {isEmpty && <Nothing />}
        {status === null && (
          <div className="browse-nothing" role="status">
            <p className="row muted">
              <Spinner /> {browse.loading}
            </p>
          </div>
        )}
      </div>
    </div>
  );
}

function Panel({ connectionId, isNarrow }: { connectionId: number; isNarrow: boolean }) {
  const focused = useBrowse((state) => (state.panelOpen ? state.focused : null));
  if (focused === null) return null;
  const close = () => {
    useBrowse.setState({ panelOpen: false });
    document.querySelector<HTMLElement>('.browse .ag-cell-focus, .browse-tiles')?.focus();
  };
  return <ObjectPanel {...{ connectionId, objectKey: focused.key, narrow: isNarrow, onClose: close }} />;
}
