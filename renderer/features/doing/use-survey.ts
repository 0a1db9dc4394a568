import { useEffect, useState } from 'react';
import type { DeletionSurvey } from '../../../shared/deletions.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call, onEvent } from '../../ipc.ts';

export interface SurveyState {
  /** null: main has not answered yet */
  survey: DeletionSurvey | null;
  /** why it could not even begin */
  refusal: string | null;
  again: () => void;
}

/** What would be deleted, as it is counted. It is dismissed with the dialog, unless it was started meanwhile. */
export function useSurvey(begin: () => Promise<DeletionSurvey>): SurveyState {
  const [turn, setTurn] = useState(0);
  // What is asked does not change while its dialog is open.
  const [first] = useState(() => begin);
  const [survey, setSurvey] = useState<DeletionSurvey | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => follow(first, setSurvey, (error) => setRefusal(wordsOf(error))), [first, turn]);
  const again = () => {
    setSurvey(null);
    setRefusal(null);
    setTurn(turn + 1);
  };
  return { survey, refusal, again };
}

function follow(
  begin: () => Promise<DeletionSurvey>,
  show: (survey: DeletionSurvey) => void,
  refuse: (error: unknown) => void,
): () => void {
  let isWanted = true;
  let id: string | null = null;
  /** What main says may be here before its answer is. */
  const early = new Map<string, DeletionSurvey>();
  const end = onEvent('surveying', (survey) => {
    if (id === null) early.set(survey.id, survey);
    else if (survey.id === id) show(survey);
  });
  begin().then(
    (survey) => {
      id = survey.id;
      if (isWanted) show(early.get(survey.id) ?? survey);
      else dismiss(survey.id);
    },
    (error: unknown) => {
      if (isWanted) refuse(error);
    },
  );
  return () => {
    isWanted = false;
    end();
    if (id !== null) dismiss(id);
  };
}

/** Of one that is gone, or was started, nothing is left to dismiss. */
function dismiss(surveyId: string): void {
  call('deletions.dismiss', { surveyId }).catch((error: unknown) => console.error(error));
}
