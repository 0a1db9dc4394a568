import { RefreshCw, ShieldAlert, ShieldCheck, SlidersHorizontal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { BucketCheck, Finding, MendName } from '../../../shared/bucket-check.ts';
import type { S3ConnectionInfo } from '../../../shared/ipc.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { Button, Icon, MenuButton, Note, Spinner } from '../../components/index.ts';
import { announce } from '../../stores/announcer.ts';
import { checkBucket, useBucket, type Checked } from '../../stores/bucket.ts';
import { useDestinations } from '../../stores/destinations.ts';
import { refusalOf, useRights } from '../../stores/rights.ts';
import { refusalOfMend } from './allowed.ts';
import { Changes } from './changes.tsx';
import { Findings } from './findings.tsx';
import { MendDialog } from './mend-dialog.tsx';
import { proposals } from './mend-draft.ts';
import { allReads, Readings } from './readings.tsx';
import type { Order } from './use-mend.ts';
import { timeOf } from './words.ts';

const words = bucketPage.check;

/** How the bucket is set up, what is not right about it, and what sets it right. */
export function CheckTab({ connection: { id } }: { connection: S3ConnectionInfo }) {
  const checked = useBucket(({ checks }) => checks.get(id));
  const [order, setOrder] = useState<Order | null>(null);
  const rights = useRights((state) => state.rights);
  const refusal = refusalOf(rights, 'write-settings', '');
  const destinations = useDestinations((state) => state.list);
  useEffect(() => {
    // A destination that is another by now wants something else of the bucket.
    if (checked === undefined || (checked.state === 'done' && checked.destinations !== destinations))
      void checkBucket(id);
  }, [id, checked, destinations]);
  useAnnounced(checked);
  if (checked === undefined) return null;
  const found = checked.state === 'done' ? checked.check : checked.state === 'running' ? checked.before : null;
  const refusalFor = (mend: MendName) => refusalOfMend(mend, rights, found?.settings ?? []);
  return (
    <div className="stack bucket-check">
      <div className="card bucket-head">
        <Verdict checked={checked} found={found} />
        <div className="row">
          <MenuButton
            label={words.other}
            items={proposals.map((mend) => {
              const why = refusalFor(mend.mend);
              return {
                ...{ id: mend.mend, label: bucketCheck.mends[mend.mend], isDisabled: why !== null },
                ...(why === null ? {} : { hint: why }),
                onAction: () => setOrder({ mend }),
              };
            })}
          >
            <Button icon={SlidersHorizontal} isDisabled={refusal !== null}>
              {words.other}
            </Button>
          </MenuButton>
          <Button icon={RefreshCw} isPending={checked.state === 'running'} onPress={() => void checkBucket(id)}>
            {words.again}
          </Button>
        </div>
      </div>
      {refusal !== null && <Note>{refusal}</Note>}
      {checked.state === 'refused' && (
        <Note
          tone="danger"
          role="alert"
          actions={<Button onPress={() => void checkBucket(id)}>{words.refused}</Button>}
        >
          {checked.words}
        </Note>
      )}
      {found !== null && (
        <Findings
          findings={found.findings}
          isClosed={refusal !== null}
          refusalFor={({ mend }) => refusalFor(mend)}
          onMend={(mend) => setOrder({ mend })}
        />
      )}
      {checked.state === 'running' && found === null && <Readings reads={checked.reads} uploads={null} isRunning />}
      {found !== null && <Readings reads={found.settings} uploads={found.uploads} isRunning={false} />}
      {found !== null && (
        <Changes
          connectionId={id}
          checkedAt={found.checkedAt}
          refusalFor={({ setting }) => refusalOf(rights, 'write-settings', '', setting)}
          onPutBack={(change) => setOrder({ back: change.id })}
        />
      )}
      {order !== null && <MendDialog connectionId={id} order={order} onClose={() => setOrder(null)} />}
    </div>
  );
}

function Verdict({ checked, found }: { checked: Checked; found: BucketCheck | null }) {
  if (found === null) {
    return (
      <div className="bucket-verdict">
        {checked.state === 'running' ? <Spinner size={20} /> : <Icon of={ShieldAlert} size={24} />}
        <h2>{checked.state === 'running' ? words.running(checked.reads.length, allReads.length) : bucketPage.title}</h2>
      </div>
    );
  }
  const isWell = verdictOf(found.findings) === '';
  return (
    <div className="bucket-verdict" data-well={isWell || undefined}>
      <Icon of={isWell ? ShieldCheck : ShieldAlert} size={24} />
      <div>
        <h2>{isWell ? words.allWell : verdictOf(found.findings)}</h2>
        <p className="muted">{words.judgedFor(found.bucket, found.destinations)}</p>
        <p className="muted small">{words.at(timeOf(found.checkedAt))}</p>
      </div>
    </div>
  );
}

/** '': nothing but what is fine */
function verdictOf(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length;
  return words.verdict(count('problem'), count('advice'), count('unknown'));
}

/** What was found is said aloud when it is known. */
function useAnnounced(checked: Checked | undefined): void {
  const before = useRef(checked);
  useEffect(() => {
    if (checked?.state === 'done' && before.current?.state === 'running')
      announce(verdictOf(checked.check.findings) || words.allWell);
    before.current = checked;
  }, [checked]);
}
