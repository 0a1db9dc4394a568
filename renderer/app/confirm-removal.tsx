import { useState } from 'react';
import { Confirm, Note } from '../components/index.ts';
import { wordsOf } from './attempt.ts';

export interface ConfirmRemovalProps {
  words: { title: string; text: string; confirm: string; cancel: string };
  remove: () => Promise<unknown>;
  onRemoved: () => void;
  onClose: () => void;
}

/** Asks once; where main refuses (something still needs it), says why. */
export function ConfirmRemoval({ words, remove, onRemoved, onClose }: ConfirmRemovalProps) {
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const confirm = async () => {
    setWorking(true);
    setRefusal(null);
    try {
      await remove();
      onRemoved();
    } catch (error) {
      setRefusal(wordsOf(error));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Confirm
      title={words.title}
      isOpen
      action={words.confirm}
      cancel={words.cancel}
      onConfirm={() => void confirm()}
      onCancel={onClose}
      isPending={working}
    >
      <p>{words.text}</p>
      <div role="alert">{refusal !== null && <Note tone="danger">{refusal}</Note>}</div>
    </Confirm>
  );
}
