import { useEffect, useState } from 'react';
import { isConfirmed } from '../../../shared/deletion-confirmation.ts';
import type { DeletionSurvey } from '../../../shared/deletions.ts';
import { printable } from '../../../shared/format.ts';
import { common } from '../../../shared/strings/common.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Button, Dialog, Note, Spinner, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { selectNothing } from '../../stores/browse.ts';
import { noteOrigin } from '../../stores/tasks.ts';
import type { Removal } from './removal.ts';
import { useSurvey } from './use-survey.ts';

const words = doing.remove;

interface RemoveDialogProps {
  removal: Removal;
  onClose: () => void;
}

/**
 * Shows what would be deleted as it is counted, and asks. The focus begins on the safe answer, Enter deletes nothing, and where it
 * is much, its number or name is to be typed.
 */
export function RemoveDialog({ removal, onClose }: RemoveDialogProps) {
  const { survey, refusal, again } = useSurvey(removal.begin);
  const [typed, setTyped] = useState('');
  const [working, setWorking] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const isReady = survey !== null && survey.state === 'ready' && survey.objects > 0;
  const isSettled = useSettled(isReady);
  const start = async () => {
    if (!isReady || !isConfirmed(survey.confirm, typed)) return;
    setWorking(true);
    setRefused(null);
    try {
      const confirm = survey.confirm === null ? null : typed;
      const { taskId, deletionId } = await call('deletions.start', { surveyId: survey.id, confirm });
      noteOrigin(taskId, { deletionId });
      selectNothing();
      onClose();
    } catch (error) {
      setRefused(wordsOf(error));
    } finally {
      setWorking(false);
    }
  };
  const problem = refusal ?? survey?.reason?.message ?? null;
  return (
    <Dialog
      title={removal.title}
      role="alertdialog"
      isOpen
      onClose={onClose}
      keepOpen={typed !== ''}
      footer={
        <>
          <Button onPress={onClose} autoFocus>
            {common.cancel}
          </Button>
          {problem === null ? (
            <Button
              variant="danger"
              isPending={working}
              isDisabled={!isReady || !isSettled || !isConfirmed(survey.confirm, typed)}
              onPress={() => void start()}
            >
              {isReady ? words.actionOf(survey.objects, survey.what !== 'objects') : words.action}
            </Button>
          ) : (
            <Button onPress={again}>{words.retry}</Button>
          )}
        </>
      }
    >
      <Named {...removal.named} />
      <div role="status" className="doing-survey">
        {problem === null && <Counted survey={survey} />}
      </div>
      {isReady && survey.confirm !== null && (
        <TextField
          label={deletions.ask(survey.confirm)}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          maxLength={2000}
        />
      )}
      <div role="alert">
        {problem !== null && <Note tone="danger">{printable(problem)}</Note>}
        {refused !== null && <Note tone="danger">{printable(refused)}</Note>}
      </div>
    </Dialog>
  );
}

/** ms: what is under the mouse when the dialog comes up is not pressed by the second click of two */
const settling = 500;

/** Whether it has been ready for a moment. */
function useSettled(isReady: boolean): boolean {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    if (!isReady) return;
    const timer = setTimeout(() => setSettled(true), settling);
    return () => {
      clearTimeout(timer);
      setSettled(false);
    };
  }, [isReady]);
  return isSettled;
}

function Named({ lines, more }: Removal['named']) {
  if (lines.length === 0) return null;
  return (
    <ul className="doing-named">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
      {more > 0 && <li className="muted">{doing.more(more)}</li>}
    </ul>
  );
}

function Counted({ survey }: { survey: DeletionSurvey | null }) {
  if (survey === null || survey.state === 'counting') {
    return (
      <>
        <p className="doing-counting">
          <Spinner /> {words.counting}
          {survey !== null && <span className="muted">{words.soFar(survey.objects, survey.bytes)}</span>}
        </p>
        <p className="muted">{words.notYet}</p>
      </>
    );
  }
  if (survey.objects === 0) return <Note>{words.nothing}</Note>;
  const [sum = '', ...others] = deletions.surveyWords(survey);
  // The next line says whether it can be undone; where keys were missing, that one stands before it.
  const isSafe = survey.what === 'objects' && survey.undo === 'all';
  return (
    <>
      <p className="doing-sum">{sum}</p>
      <Note tone={isSafe ? 'success' : 'warning'}>
        {others.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </Note>
    </>
  );
}
