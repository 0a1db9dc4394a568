import { useEffect, useState } from 'react';
import type { SettingChange } from '../../../shared/bucket-check.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { attempt } from '../../app/attempt.ts';
import { Button } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { timeOf } from './words.ts';

const words = bucketPage.check;
/** Of more a button shows the rest. */
const mostShown = 5;

interface ChangesProps {
  connectionId: number;
  /** of the last check: each change is followed by one */
  checkedAt: number;
  refusalFor: (change: SettingChange) => string | null;
  onPutBack: (change: SettingChange) => void;
}

/** What was changed of the bucket's settings from here, each with a way back. */
export function Changes({ connectionId, checkedAt, refusalFor, onPutBack }: ChangesProps) {
  const [changes, setChanges] = useState<readonly SettingChange[]>([]);
  const [isWhole, setIsWhole] = useState(false);
  useEffect(() => {
    let ended = false;
    void attempt(async () => {
      const found = await call('bucketCheck.changes', { connectionId });
      if (!ended) setChanges(found);
    });
    return () => {
      ended = true;
    };
  }, [connectionId, checkedAt]);
  if (changes.length === 0) return null;
  const shown = isWhole ? changes : changes.slice(0, mostShown);
  return (
    <section className="card bucket-reads">
      <h2>{words.changes}</h2>
      <ul aria-label={words.changes}>
        {shown.map((change) => (
          <Change key={change.id} change={change} refusal={refusalFor(change)} onPutBack={() => onPutBack(change)} />
        ))}
      </ul>
      {shown.length < changes.length && (
        <Button size="small" variant="quiet" onPress={() => setIsWhole(true)}>
          {words.allChanges(changes.length)}
        </Button>
      )}
    </section>
  );
}

interface ChangeProps {
  change: SettingChange;
  /** why it cannot be put back; null: it may be tried */
  refusal: string | null;
  onPutBack: () => void;
}

function Change({ change: { at, setting, mend, taken, before, after }, refusal, onPutBack }: ChangeProps) {
  const what = mend === null ? bucketCheck.putBack : bucketCheck.mends[mend.mend];
  const isNothing = before === after;
  return (
    <li className="bucket-change">
      <div className="bucket-finding-words">
        <p>{words.change(bucketCheck.settings[setting], what)}</p>
        <p className="muted small">
          {timeOf(at)}
          {taken === false && ` · ${words.notTaken}`}
          {taken === null && ` · ${words.cutShort}`}
          {refusal !== null && ` · ${refusal}`}
        </p>
      </div>
      {!isNothing && (
        <Button
          size="small"
          isDisabled={refusal !== null}
          aria-label={words.putBackOf(bucketCheck.settings[setting], timeOf(at))}
          onPress={onPutBack}
        >
          {words.putBack}
        </Button>
      )}
    </li>
  );
}
