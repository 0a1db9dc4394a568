import { useState } from 'react';
import type { ConnectionInfo } from '../../../shared/ipc.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Confirm, Note } from '../../components/index.ts';
import { call } from '../../ipc.ts';

export interface RemoveDialogProps {
  connection: ConnectionInfo;
  onRemoved: () => void;
  onClose: () => void;
}

/** Asks once; where main refuses (unfinished uploads need it), says why. */
export function RemoveDialog({ connection, onRemoved, onClose }: RemoveDialogProps) {
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const remove = async () => {
    setWorking(true);
    setRefusal(null);
    try {
      await call('connections.remove', { id: connection.id });
      onRemoved();
    } catch (error) {
      setRefusal(wordsOf(error));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Confirm
      title={words.remove.title(connection.name)}
      isOpen
      action={words.remove.confirm}
      cancel={words.remove.cancel}
      onConfirm={() => void remove()}
      onCancel={onClose}
      isPending={working}
    >
      <p>{connection.practice ? words.remove.textPractice : words.remove.text}</p>
      <div role="alert">{refusal !== null && <Note tone="danger">{refusal}</Note>}</div>
    </Confirm>
  );
}
