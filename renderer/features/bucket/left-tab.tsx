import { Search, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import { usualAges, type OrphanScan } from '../../../shared/orphans.ts';
import type { S3ConnectionInfo } from '../../../shared/ipc.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { orphans } from '../../../shared/strings/orphans.ts';
import { Button, Note, NumberField, ProgressBar, Select } from '../../components/index.ts';
import { useDestinations } from '../../stores/destinations.ts';
import { followOrphans, search, stopSearch, useOrphans } from '../../stores/orphans.ts';
import { useRights } from '../../stores/rights.ts';
import { useTasks } from '../../stores/tasks.ts';
import { LeftLists } from './left-lists.tsx';

const words = bucketPage.left;
/** ms */
export const day = 24 * 3_600_000;
const wholeBucket = '';

/** What lies in the bucket without anybody knowing of it: searched for, looked at, cleaned up. */
export function LeftTab({ connection: { id: connectionId } }: { connection: S3ConnectionInfo }) {
  const last = useOrphans((state) => state.scan);
  const scan = last?.connectionId === connectionId ? last : null;
  useEffect(followOrphans, []);
  return (
    <div className="bucket-left">
      <Order connectionId={connectionId} scan={scan} />
      {scan !== null && <Outcome scan={scan} />}
      {scan !== null && <LeftLists key={scan.id} scan={scan} />}
    </div>
  );
}

function Order({ connectionId, scan }: { connectionId: number; scan: OrphanScan | null }) {
  const all = useDestinations((state) => state.list);
  const own = all?.filter((one) => one.connectionId === connectionId) ?? [];
  const [where, setWhere] = useState(
    scan?.destinationId === null || scan === null ? wholeBucket : String(scan.destinationId),
  );
  const [age, setAge] = useState((scan?.olderThan ?? usualAges.objects) / day);
  const isRunning = scan?.state === 'running';
  // Users who are kept to their folders cannot look into the rest.
  const mayAll = useRights(({ rights }) => rights === null || rights.folders === null);
  const chosen = mayAll || where !== wholeBucket ? where : String(own[0]?.id ?? wholeBucket);
  const begin = () =>
    void search({ connectionId, destinationId: chosen === wholeBucket ? null : Number(chosen), olderThan: age * day });
  return (
    <div className="card card-body">
      {scan === null && <p className="muted">{words.intro}</p>}
      <div className="bucket-order">
        <Select
          label={words.where}
          options={[
            ...(mayAll ? [{ id: wholeBucket, label: words.bucket }] : []),
            ...own.map(({ id, rules }) => ({ id: String(id), label: rules.name })),
          ]}
          value={chosen}
          onChange={setWhere}
          isDisabled={isRunning}
        />
        <NumberField
          label={words.age}
          unit={words.ageUnit}
          minValue={0}
          maxValue={3650}
          value={age}
          onChange={(typed) => setAge(Number.isNaN(typed) ? 0 : typed)}
          isDisabled={isRunning}
        />
        {isRunning ? (
          <Button icon={Square} onPress={() => stopSearch(scan.id)}>
            {words.stop}
          </Button>
        ) : (
          <Button icon={Search} variant={scan === null ? 'primary' : 'secondary'} onPress={begin}>
            {scan === null ? words.search : words.searchAgain}
          </Button>
        )}
      </div>
      {isRunning && (
        <div>
          <p className="muted small">{words.searching(scan.counts.objects)}</p>
          <ProgressBar label={words.progress} value={null} size="thin" />
        </div>
      )}
    </div>
  );
}

/** In a sentence, once it has ended. */
function Outcome({ scan: { connectionId, state, reason, counts, begunAt } }: { scan: OrphanScan }) {
  const forgotten = useOrphans((now) => now.forgotten);
  const cleaned = useTasks(({ list }) =>
    list.some(
      (task) =>
        task.connectionId === connectionId &&
        (task.kind === 'delete' || task.kind === 'clean-up' || task.kind === 'restore') &&
        task.begunAt > begunAt,
    ),
  );
  if (state === 'running') return null;
  if (forgotten || cleaned) return <Note role="status">{words.stale}</Note>;
  if (state === 'failed') {
    return (
      <Note tone="danger" role="alert">
        {words.failed(reason?.message ?? '')}
      </Note>
    );
  }
  return (
    <Note tone={state === 'cancelled' ? 'warning' : 'info'} role="status">
      {state === 'cancelled' && <p>{words.stopped}</p>}
      <p>{orphans.verdict(counts)}</p>
    </Note>
  );
}
