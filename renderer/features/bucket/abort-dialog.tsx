import { useEffect, useState } from 'react';
import { confirmationForCount, isConfirmed } from '../../../shared/deletion-confirmation.ts';
import { usualAges } from '../../../shared/orphans.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Confirm, Note, notify, NumberField, Spinner, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { selectRows } from '../../stores/orphans.ts';
import { noSelection } from '../../list/selection.ts';
import { day } from './left-tab.tsx';
import type { OrphanRows } from './left-lists.tsx';

const words = bucketPage.abort;

/** ms between the last change of the age and the counting */
const typingPause = 200;

interface AbortDialogProps {
  rows: OrphanRows;
  /** how many these are */
  count: number;
  onClose: () => void;
}

/** Asks from which age on, says what that would remove, and removes it as a task. */
export function AbortDialog({ rows, count, onClose }: AbortDialogProps) {
  const [age, setAge] = useState(usualAges.uploads / day);
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const { sum, refusal, refuse } = useAbortable(rows, age);
  const found = sum?.count ?? 0;
  const wanted = confirmationForCount(found);
  const isTyped = isConfirmed(wanted, typed);
  const remove = async () => {
    setTried(true);
    if (!isTyped) return;
    setWorking(true);
    try {
      await call('orphans.abortUploads', { ...rows, olderThan: age * day });
      notify('info', words.begun(found, age));
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
      onConfirm={() => void remove()}
      onCancel={onClose}
      isPending={working}
      isDisabled={found === 0}
      keepOpen
    >
      {refusal !== null && (
        <Note tone="danger" role="alert">
          {refusal}
        </Note>
      )}
      <NumberField
        label={words.age}
        description={words.ageHint}
        unit={words.ageUnit}
        minValue={0}
        maxValue={3650}
        value={age}
        onChange={(changed) => setAge(Number.isNaN(changed) ? 0 : changed)}
      />
      <div role="status">
        {sum === null ? (
          <p className="row muted">
            <Spinner /> {words.counting}
          </p>
        ) : (
          <>
            <p>{found === 0 ? words.none : words.what(found, sum.bytes)}</p>
            {found > 0 && found < count && <p className="muted">{words.kept(count - found)}</p>}
          </>
        )}
      </div>
      {wanted !== null && (
        <TextField
          label={words.type(found)}
          value={typed}
          onChange={setTyped}
          error={tried && !isTyped ? words.mistyped(found) : null}
        />
      )}
    </Confirm>
  );
}

/** What would be removed at this age; null: it is being counted. */
function useAbortable(rows: OrphanRows, age: number) {
  const [counted, setCounted] = useState<{ age: number; count: number; bytes: number } | null>(null);
  const [refusal, refuse] = useState<string | null>(null);
  useEffect(() => {
    let ended = false;
    const count = async () => {
      try {
        const sum = await call('orphans.abortable', { ...rows, olderThan: age * day });
        if (!ended) setCounted({ age, ...sum });
      } catch (error) {
        if (!ended) refuse(wordsOf(error));
      }
    };
    const timer = setTimeout(() => void count(), typingPause);
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [rows, age]);
  return { sum: counted?.age === age ? counted : null, refusal, refuse };
}
