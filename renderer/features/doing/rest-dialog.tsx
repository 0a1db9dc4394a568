import { useState } from 'react';
import { confirmationForRest, isConfirmed, leftOf } from '../../../shared/deletion-confirmation.ts';
import type { DeletionInfo } from '../../../shared/deletions.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Confirm, Note, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { noteOrigin } from '../../stores/tasks.ts';

const words = doing.log;

/** Asks before the rest of a deletion goes: where it is much, its number is to be typed once more. */
export function RestDialog({ info, onClose }: { info: DeletionInfo; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [working, setWorking] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const wanted = confirmationForRest(info);
  const goOn = async () => {
    setWorking(true);
    setRefused(null);
    try {
      const confirm = wanted === null ? null : typed;
      const { taskId } = await call('deletions.goOn', { deletionId: info.id, confirm });
      noteOrigin(taskId, { deletionId: info.id });
      onClose();
    } catch (error) {
      setRefused(wordsOf(error));
      setWorking(false);
    }
  };
  return (
    <Confirm
      title={words.goOnTitle}
      isOpen
      action={words.goOn}
      onConfirm={() => void goOn()}
      onCancel={onClose}
      isPending={working}
      isDisabled={!isConfirmed(wanted, typed)}
      keepOpen={typed !== ''}
    >
      <p>{words.goOnText(leftOf(info))}</p>
      {wanted !== null && (
        <TextField
          label={deletions.ask(wanted)}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          maxLength={2000}
        />
      )}
      <div role="alert">{refused !== null && <Note tone="danger">{refused}</Note>}</div>
    </Confirm>
  );
}
