import { useState } from 'react';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Confirm, Note, notify } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { removed } from '../../stores/history.ts';
import { selectRows, useOrphans } from '../../stores/orphans.ts';
import { noSelection } from '../uploads/selection.ts';
import type { OnlyRows } from './left-lists.tsx';

const words = bucketPage.forget;

interface ForgetDialogProps {
  rows: OnlyRows;
  /** how many these are */
  count: number;
  onClose: () => void;
}

/** Asks before the history stops saying that objects are there which are not. */
export function ForgetDialog({ rows, count, onClose }: ForgetDialogProps) {
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const forget = async () => {
    setWorking(true);
    try {
      const { count: done } = await call('orphans.forgetMissing', rows);
      notify('info', words.done(done));
      removed();
      useOrphans.setState({ forgotten: true });
      selectRows(noSelection, null);
      onClose();
    } catch (error) {
      setRefusal(wordsOf(error));
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
    >
      <p>{words.text(count)}</p>
      <div role="alert">{refusal !== null && <Note tone="danger">{refusal}</Note>}</div>
    </Confirm>
  );
}
