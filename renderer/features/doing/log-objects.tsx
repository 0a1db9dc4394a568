import { useEffect, useState } from 'react';
import type { DeletionEntry } from '../../../shared/deletions.ts';
import { formatBytes, printable } from '../../../shared/format.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Button, Note, Spinner } from '../../components/index.ts';
import { call } from '../../ipc.ts';

const words = doing.log;

/** rows at first, and with each "more"; all of a long one are in its export */
const step = 50;
const mostShown = 500;

/** What became of each object; `state`: when it changes, they are read anew. */
export function LogObjects({ deletionId, state }: { deletionId: string; state: string }) {
  const [wanted, setWanted] = useState(step);
  const [found, setFound] = useState<{ total: number; entries: DeletionEntry[] } | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    call('deletions.page', { deletionId, outcomes: [], offset: 0, limit: wanted }).then(
      (page) => {
        if (isWanted) setFound(page);
      },
      (error: unknown) => {
        if (isWanted) setRefusal(wordsOf(error));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [deletionId, state, wanted]);
  if (refusal !== null) return <Note tone="danger">{refusal}</Note>;
  if (found === null) return <Spinner />;
  const left = found.total - found.entries.length;
  return (
    <>
      <ul className="doing-objects" aria-label={words.objects} tabIndex={0}>
        {found.entries.map((entry) => (
          <Entry key={entry.number} entry={entry} />
        ))}
      </ul>
      {left > 0 && wanted < mostShown && (
        <Button size="small" onPress={() => setWanted(Math.min(mostShown, wanted + step))}>
          {words.more}
        </Button>
      )}
      {left > 0 && wanted >= mostShown && <p className="muted small">{doing.more(left)}</p>}
    </>
  );
}

function Entry({ entry }: { entry: DeletionEntry }) {
  const { key, size, outcome, reason } = entry;
  const isWrong = outcome === 'failed' || outcome === 'lost' || outcome === 'unknown';
  return (
    <li>
      <span className="doing-key selectable">{printable(key)}</span>
      <span className="muted small">{size === null ? '' : formatBytes(size)}</span>
      <span className={isWrong ? 'small danger-text' : 'small muted'}>
        {deletions.outcomes[outcome]}
        {reason !== null && `: ${printable(reason.message)}`}
      </span>
    </li>
  );
}
