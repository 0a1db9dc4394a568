import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { DeletedMark, DeletedObject } from '../../../shared/deletions.ts';
import { formatBytes, printable } from '../../../shared/format.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Dialog, Note, Spinner } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { announce } from '../../stores/announcer.ts';
import type { BrowsePlace } from '../../stores/browse.ts';
import { refusalOf, useRights } from '../../stores/rights.ts';
import { dayTime } from '../history/words.ts';
import { showDeletions } from './actions.ts';
import { useDeleted } from './use-deleted.ts';
import { quoted } from './words.ts';

const words = doing.deleted;

/** What of a folder is deleted and still kept, and the way back. */
export function DeletedDialog({ place, onClose }: { place: BrowsePlace; onClose: () => void }) {
  const { objects, loading, refusal, more, turn } = useDeleted(place);
  const denied = useRights(({ rights }) =>
    rights?.connectionId === place.connectionId ? refusalOf(rights, 'delete-version', place.prefix) : null,
  );
  // What is on its way back is so until the list is read anew; then it is gone from it, or its task says why not.
  const [coming, setComing] = useState<{ turn: string; keys: ReadonlySet<string> }>({ turn, keys: new Set() });
  const keys = coming.turn === turn ? coming.keys : new Set<string>();
  const bringBack = (marks: readonly DeletedMark[], isAll: boolean) =>
    void attempt(async () => {
      setComing({ turn, keys: new Set([...keys, ...marks.map(({ key }) => key)]) });
      await call('deletions.bringBack', { ...place, marks: isAll ? null : [...marks] });
      announce(words.begun);
    });
  const isEmpty = objects.length === 0 && !loading && refusal === null;
  return (
    <Dialog
      title={words.title(quoted(place.prefix))}
      size="widest"
      isOpen
      onClose={onClose}
      footer={
        <>
          {objects.length > 0 && (
            <Button
              icon={RotateCcw}
              isPending={keys.size === objects.length}
              isDisabled={denied !== null}
              onPress={() => bringBack(objects, true)}
            >
              {words.all}
            </Button>
          )}
          <Button onPress={showDeletions}>{words.back}</Button>
          <Button onPress={onClose} autoFocus>
            {doing.log.close}
          </Button>
        </>
      }
    >
      <p className="muted">{words.about}</p>
      {denied !== null && <Note>{denied}</Note>}
      <div role="alert">{refusal !== null && <Note tone="danger">{refusal}</Note>}</div>
      {isEmpty && (
        <Note>
          <p>{more === null ? words.none : words.noneSoFar}</p>
          {more === null && <p>{words.noneHint}</p>}
        </Note>
      )}
      {objects.length > 0 && (
        <ul className="doing-objects doing-deleted" aria-label={words.list} tabIndex={0}>
          {objects.map((object) => (
            <Deleted
              key={object.key}
              object={object}
              prefix={place.prefix}
              isComing={keys.has(object.key)}
              isDenied={denied !== null}
              onBringBack={() => bringBack([{ key: object.key, markerId: object.markerId }], false)}
            />
          ))}
        </ul>
      )}
      {loading && (
        <p className="doing-counting" role="status">
          <Spinner /> {words.loading}
        </p>
      )}
      {more !== null && !loading && (
        <div>
          <Button size="small" onPress={more}>
            {doing.log.more}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

interface DeletedProps {
  object: DeletedObject;
  prefix: string;
  isComing: boolean;
  isDenied: boolean;
  onBringBack: () => void;
}

function Deleted({ object, prefix, isComing, isDenied, onBringBack }: DeletedProps) {
  const { key, deletedAt, size } = object;
  const name = printable(key.slice(prefix.length));
  return (
    <li>
      <span className="doing-key selectable">{name}</span>
      <span className="muted small">{formatBytes(size)}</span>
      <span className="muted small">{deletedAt === 0 ? '' : words.at(dayTime(deletedAt))}</span>
      <Button
        size="small"
        aria-label={words.oneOf(name)}
        isPending={isComing}
        isDisabled={isDenied}
        onPress={onBringBack}
      >
        {words.one}
      </Button>
    </li>
  );
}
