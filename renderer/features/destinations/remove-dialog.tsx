import { useState } from 'react';
import type { Destination } from '../../../shared/destination.ts';
import { destinations as words } from '../../../shared/strings/destinations.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Confirm, Note } from '../../components/index.ts';
import { call } from '../../ipc.ts';

export interface RemoveDialogProps {
  destination: Destination;
  onRemoved: () => void;
  onClose: () => void;
}

export function RemoveDialog({ destination: { id, rules }, onRemoved, onClose }: RemoveDialogProps) {
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const remove = async () => {
    setWorking(true);
    setRefusal(null);
    try {
      await call('destinations.remove', { id });
      onRemoved();
    } catch (error) {
      setRefusal(wordsOf(error));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Confirm
      title={words.remove.title(rules.name)}
      isOpen
      action={words.remove.confirm}
      cancel={words.remove.cancel}
      onConfirm={() => void remove()}
      onCancel={onClose}
      isPending={working}
    >
      <p>{words.remove.text}</p>
      <div role="alert">{refusal !== null && <Note tone="danger">{refusal}</Note>}</div>
    </Confirm>
  );
}
