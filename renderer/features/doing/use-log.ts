import { useEffect, useState } from 'react';
import type { DeletionInfo } from '../../../shared/deletions.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call } from '../../ipc.ts';
import { idsOf, useTasks } from '../../stores/tasks.ts';

/** rows at first, and with each "more" */
const step = 25;
/** as many as one call gives */
const most = 100;

export interface DeletionLog {
  total: number;
  /** null: main has not answered yet */
  list: readonly DeletionInfo[] | null;
  refusal: string | null;
  /** there are more than are shown */
  more: (() => void) | null;
  load: () => void;
}

/** Past deletions, read anew whenever a task that may have changed them has ended. */
export function useDeletionLog(): DeletionLog {
  const [wanted, setWanted] = useState(step);
  const [found, setFound] = useState<{ total: number; list: DeletionInfo[] | null }>({ total: 0, list: null });
  const [refusal, setRefusal] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  // By their ids: as one ends another may begin.
  const running = useTasks(({ list }) => idsOf(list.filter(({ kind, state }) => isOfLog(kind) && state === 'running')));
  useEffect(() => {
    let isWanted = true;
    read(wanted).then(
      (told) => {
        if (!isWanted) return;
        setFound(told);
        setRefusal(null);
      },
      (error: unknown) => {
        if (isWanted) setRefusal(wordsOf(error));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [wanted, turn, running]);
  const more = found.list !== null && found.list.length < found.total ? () => setWanted(wanted + step) : null;
  return { ...found, refusal, more, load: () => setTurn(turn + 1) };
}

const isOfLog = (kind: string) => kind === 'delete' || kind === 'delete-versions' || kind === 'restore';

async function read(wanted: number): Promise<{ total: number; list: DeletionInfo[] }> {
  const list: DeletionInfo[] = [];
  for (;;) {
    const limit = Math.min(most, wanted - list.length);
    const { total, deletions } = await call('deletions.list', { offset: list.length, limit });
    list.push(...deletions);
    if (deletions.length === 0 || list.length >= Math.min(wanted, total)) return { total, list };
  }
}
