import { useEffect, useState } from 'react';
import { wordsOf } from '../app/attempt.ts';
import { Button } from './button.tsx';
import { Spinner } from './spinner.tsx';
import { Note } from './surfaces.tsx';

export interface FirstAnswerProps {
  /** what is waited for */
  words: string;
  /** the word on the button after a refusal */
  retry: string;
  /** asks main; a constant of its module, and what it throws is shown */
  load: () => Promise<void>;
}

/** In place of a view whose data main has not given yet: it is asked once more, so that a refusal can be shown here. */
export function FirstAnswer({ words, retry, load }: FirstAnswerProps) {
  const [turn, setTurn] = useState(0);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    load().catch((error: unknown) => setRefusal(wordsOf(error)));
  }, [load, turn]);
  const again = () => {
    setRefusal(null);
    setTurn(turn + 1);
  };
  if (refusal !== null) {
    return (
      <Note tone="danger" role="alert" actions={<Button onPress={again}>{retry}</Button>}>
        {refusal}
      </Note>
    );
  }
  return (
    <div className="first-answer" role="status">
      <Spinner /> {words}
    </div>
  );
}
