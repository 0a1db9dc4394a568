import { ArrowLeft, ArrowRight, ArrowUp, FolderLock, Lock } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { BucketInfo } from '../../../shared/browse.ts';
import type { S3ConnectionInfo } from '../../../shared/ipc.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { attempt } from '../../app/attempt.ts';
import { Badge, IconButton } from '../../components/index.ts';
import { FilterSelect } from '../../components/filter-select.tsx';
import { call, CallError } from '../../ipc.ts';
import { browseTo, goBack, goForward, goUp, useBrowse } from '../../stores/browse.ts';
import { learnConnections } from '../../stores/connections.ts';
import { useRights } from '../../stores/rights.ts';
import { Breadcrumb } from './breadcrumb.tsx';
import { connectionLabel } from './words.ts';

const words = browse.where;

interface WhereProps {
  connections: readonly S3ConnectionInfo[];
  connection: S3ConnectionInfo;
  isNarrow: boolean;
}

/** Which connection, bucket and folder is looked at, and the ways to others. */
export function Where({ connections, connection, isNarrow }: WhereProps) {
  const prefix = useBrowse((state) => state.prefix);
  const isSearched = useBrowse((state) => state.below !== null);
  const canGoBack = useBrowse((state) => state.behind.length > 0);
  const canGoForward = useBrowse((state) => state.ahead.length > 0);
  return (
    <div className="browse-where">
      <div className="browse-ways">
        <IconButton size="small" icon={ArrowLeft} label={words.back} isDisabled={!canGoBack} onPress={goBack} />
        <IconButton
          size="small"
          icon={ArrowRight}
          label={words.forward}
          isDisabled={!canGoForward}
          onPress={goForward}
        />
        <IconButton
          size="small"
          icon={ArrowUp}
          label={words.up}
          isDisabled={prefix === '' && !isSearched}
          onPress={goUp}
        />
      </div>
      <Breadcrumb
        connectionId={connection.id}
        bucket={connection.config.bucket}
        prefix={prefix}
        most={isNarrow ? 3 : 4}
      />
      <Marks />
      <div className="browse-choices">
        {connections.length > 1 && <ConnectionChoice {...{ connections, connection }} />}
        <BucketChoice key={connection.id} connection={connection} />
      </div>
    </div>
  );
}

/** What everything here is bound by. */
function Marks() {
  const rights = useRights((state) => state.rights);
  return (
    <>
      {rights?.readOnly === true && (
        <span title={browse.rights.readOnlyHint}>
          <Badge icon={Lock}>{browse.rights.readOnlyMark}</Badge>
        </span>
      )}
      {rights !== null && rights.folders !== null && (
        <span title={browse.rights.ownFolderHint(rights.folders)}>
          <Badge icon={FolderLock}>{browse.rights.ownFolderMark}</Badge>
        </span>
      )}
    </>
  );
}

function ConnectionChoice({ connections, connection }: Omit<WhereProps, 'isNarrow'>) {
  return (
    <FilterSelect
      label={words.connection}
      isOne
      options={connections.map((one) => ({ id: String(one.id), label: connectionLabel(one) }))}
      value={[String(connection.id)]}
      onChange={([id]) => browseTo(Number(id), '')}
      chosen={connection.name}
    />
  );
}

/** Of each connection those that it could list last. */
const listed = new Map<number, readonly BucketInfo[]>();

/** Only where the keys may list others; asked for again with each refresh. */
function BucketChoice({ connection: { id, config } }: { connection: S3ConnectionInfo }) {
  const [buckets, setBuckets] = useState(listed.get(id) ?? []);
  const turn = useBrowse((state) => state.turn);
  useEffect(() => {
    let isWanted = true;
    const learn = (found: readonly BucketInfo[]) => {
      listed.set(id, found);
      if (isWanted) setBuckets(found);
    };
    call('browse.buckets', { connectionId: id }).then(learn, (error: unknown) => {
      // That a key may see its own bucket only is usual, and no matter to tell; nor is what the list of the folder tells.
      if (error instanceof CallError && mayNot.has(error.reason.kind)) learn([]);
    });
    return () => {
      isWanted = false;
    };
  }, [id, turn]);
  if (buckets.length < 2) return null;
  return (
    <FilterSelect
      label={words.bucket}
      isOne
      search={{ label: words.findBucket, nothing: words.noBucketFound }}
      options={buckets.map(({ name }) => ({ id: name, label: name }))}
      value={[config.bucket]}
      onChange={([bucket]) => void attempt(() => openBucket(id, bucket, config.bucket))}
      chosen={words.otherBuckets}
    />
  );
}

const mayNot: ReadonlySet<string> = new Set(['denied', 'prefix-locked']);

async function openBucket(connectionId: number, bucket: string | undefined, current: string): Promise<void> {
  if (bucket === undefined || bucket === current) return;
  const other = await call('browse.useBucket', { connectionId, bucket });
  await learnConnections();
  browseTo(other.connectionId, '');
}
