import { useEffect, useState } from 'react';
import { confirmationForCount, isConfirmed } from '../../../shared/deletion-confirmation.ts';
import { printable } from '../../../shared/format.ts';
import type { Forgettable } from '../../../shared/orphans.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Confirm, Note, notify, Spinner, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { removed } from '../../stores/history.ts';
import { selectRows, useOrphans } from '../../stores/orphans.ts';
import { noSelection } from '../../list/selection.ts';
import type { OrphanRows } from './left-lists.tsx';

const words = bucketPage.forget;

interface ForgetDialogProps {
  rows: OrphanRows;
  onClose: () => void;
}

/** Asks before the history stops saying that objects are there which are not, and before backends delete their records of such. */
export function ForgetDialog({ rows, onClose }: ForgetDialogProps) {
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const { will, refusal, refuse } = useForgettable(rows);
  const records = will?.records.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const wanted = confirmationForCount(records);
  const isTyped = isConfirmed(wanted, typed);
  const forget = async () => {
    setTried(true);
    if (!isTyped) return;
    setWorking(true);
    try {
      const { count, taskId } = await call('orphans.forgetMissing', rows);
      if (count > 0) notify('info', words.done(count));
      if (taskId !== null && records > 0) notify('info', words.begun(records));
      removed();
      useOrphans.setState({ forgotten: true });
      selectRows(noSelection, null);
      onClose();
    } catch (error) {
      refuse(wordsOf(error));
      setWorking(false);
    }
  };
  return (
    <Confirm
      title={words.title}
      isOpen
      action={words.action}
      onConfirm={() => void forget()}
      onCancel={onClose}
      isPending={working}
      isDisabled={will === null || will.receipts + records === 0}
      keepOpen
    >
      <div role="status">
        {will === null && refusal === null ? (
          <p className="row muted">
            <Spinner /> {words.looking}
          </p>
        ) : (
          will !== null && <WhatItDoes will={will} />
        )}
      </div>
      {wanted !== null && (
        <TextField
          label={words.type(records)}
          value={typed}
          onChange={setTyped}
          error={tried && !isTyped ? words.mistyped(records) : null}
        />
      )}
      <div role="alert">{refusal !== null && <Note tone="danger">{refusal}</Note>}</div>
    </Confirm>
  );
}

function WhatItDoes({ will: { receipts, records, refused } }: { will: Forgettable }) {
  return (
    <>
      {receipts > 0 && <p>{words.receipts(receipts)}</p>}
      {records.map(({ name, count }) => (
        <p key={name}>{words.records(printable(name), count)}</p>
      ))}
      {refused.map((one) => (
        <p key={one.why} className="muted">
          {words.refused(one)}
        </p>
      ))}
    </>
  );
}

/** null: it is being counted */
function useForgettable(rows: OrphanRows) {
  const [will, setWill] = useState<Forgettable | null>(null);
  const [refusal, refuse] = useState<string | null>(null);
  useEffect(() => {
    let ended = false;
    const look = async () => {
      try {
        const found = await call('orphans.forgettable', rows);
        if (!ended) setWill(found);
      } catch (error) {
        if (!ended) refuse(wordsOf(error));
      }
    };
    void look();
    return () => {
      ended = true;
    };
  }, [rows]);
  return { will, refusal, refuse };
}
