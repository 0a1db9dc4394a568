import { useEffect, useRef, type RefObject } from 'react';
import { uploads } from '../../../../shared/strings/uploads.ts';
import type { PlanRow } from '../../../../shared/upload-plan.ts';
import { wordsOf } from '../../../app/attempt.ts';
import { notify } from '../../../components/index.ts';
import { call, CallError } from '../../../ipc.ts';
import { paced } from '../../../list/paced.ts';
import { pageOfView } from '../../../list/page-of-view.ts';
import { createRowSource, mostRows } from '../../../list/row-source.ts';
import { createPlanGrid, isOfList, isSelectAll, type PlanGridDeps } from './plan-grid.ts';
import { pick, usePlanList } from './plan-list-store.ts';

export interface PlanFilesProps {
  offerId: string;
  /** of the plan whose rows are shown */
  revision: number;
  names: ReadonlyMap<number, string>;
  /** The selected files are not to be sent. */
  onLeaveOut: () => void;
}

/** The rows of the plan, as many as there are; only those on the screen exist. */
export function PlanFiles(props: PlanFilesProps) {
  const { offerId, revision } = props;
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  const grid = useRef<PlanGrid | null>(null);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (place.current === null) return;
    const { running, end } = runGrid(place.current, offerId, latest);
    grid.current = running;
    return end;
  }, [offerId]);
  useEffect(() => grid.current?.refresh(), [revision]);
  return <div ref={place} className="list-grid" />;
}

type PlanGrid = ReturnType<typeof createPlanGrid>;

/** ms between two questions while the person types a search */
const typingPause = 150;

function runGrid(
  box: HTMLElement,
  offerId: string,
  latest: RefObject<PlanFilesProps>,
): { running: PlanGrid; end: () => void } {
  const source = createRowSource<PlanRow>({
    fetch: (offset, limit) =>
      pageOfView(
        {
          view: () => usePlanList.getState().view,
          ask: (view, from, count) => call('offers.planPage', { offerId, view, offset: from, limit: count }),
          isSuperseded: (error) => error instanceof CallError && error.reason.kind === 'superseded',
          tell: (error) => notify('error', wordsOf(error)),
        },
        offset,
        limit,
      ),
    onTotal: (total) => usePlanList.setState({ total }),
    soon: (job) => setTimeout(job),
  });
  const running: PlanGrid = createPlanGrid(box, {
    nameOf: (id) => (id === null ? null : (latest.current.names.get(id) ?? null)),
    events: {
      getRows: source.getRows,
      isSelected: ({ id }) => usePlanList.getState().picked.has(id),
      ...selecting(
        () => running,
        offerId,
        () => latest.current.onLeaveOut(),
      ),
    },
  });
  const restart = paced(running.restart, typingPause);
  const stop = usePlanList.subscribe((now, before) => {
    if (now.view !== before.view) restart.ask();
    if (now.picked !== before.picked) running.showSelection();
    // The bar goes with the selection: who pressed its buttons is back in the list.
    const isLeft = now.picked.size === 0 && before.picked.size > 0;
    if (isLeft && document.activeElement?.closest('.selection-bar, .menu')) running.focusRow(before.anchor ?? 0);
  });
  return {
    running,
    end() {
      stop();
      restart.end();
      running.destroy();
    },
  };
}

type Selecting = Pick<PlanGridDeps['events'], 'isOurs' | 'onClick' | 'onKey' | 'onMenu'>;

const only = ({ id, relativePath }: PlanRow) => new Map([[id, relativePath]]);

function withToggled({ id, relativePath }: PlanRow): Map<number, string> {
  const picked = new Map(usePlanList.getState().picked);
  if (!picked.delete(id)) picked.set(id, relativePath);
  return picked;
}

/** Click, Ctrl and Shift, and the keys, as in the system's file manager. */
function selecting(grid: () => PlanGrid, offerId: string, leaveOut: () => void): Selecting {
  const extend = (from: number, step: 1 | -1) => {
    const { anchor, total } = usePlanList.getState();
    const to = Math.max(0, Math.min((total ?? 1) - 1, from + step));
    grid().focusRow(to);
    void pickRange(offerId, anchor ?? from, to);
  };
  const keys: Record<string, (event: KeyboardEvent, row: PlanRow, index: number) => void> = {
    ' ': (_event, row, index) => pick(withToggled(row), index),
    Escape: () => pick(new Map(), null),
    Delete: (_event, row, index) => {
      if (!usePlanList.getState().picked.has(row.id)) pick(only(row), index);
      leaveOut();
    },
    ArrowUp: (_event, _row, index) => extend(index, -1),
    ArrowDown: (_event, _row, index) => extend(index, 1),
  };
  return {
    isOurs: (event) => {
      if (event.key !== 'Escape') return isOfList(event);
      if (usePlanList.getState().picked.size === 0) return false;
      event.stopPropagation(); // it would close the dialog too
      return true;
    },
    onMenu: (row, index) => {
      if (!usePlanList.getState().picked.has(row.id)) pick(only(row), index);
    },
    onKey: (event, row, index) => {
      if (isSelectAll(event)) void pickAll(offerId);
      else keys[event.key]?.(event, row, index);
    },
    onClick: (row, index, event) => {
      const { anchor } = usePlanList.getState();
      if (event.shiftKey && anchor !== null) void pickRange(offerId, anchor, index);
      else if (event.ctrlKey || event.metaKey) pick(withToggled(row), index);
      else pick(only(row), index);
    },
  };
}

/** as the contract bounds what is placed by hand */
const mostPicked = 10_000;

/** All of the view. */
export async function pickAll(offerId: string): Promise<void> {
  await pickRange(offerId, 0, Math.max(0, (usePlanList.getState().total ?? 1) - 1), null);
}

/** All rows between two places, whether they are loaded or not. */
async function pickRange(offerId: string, anchor: number, end: number, keep: number | null = anchor): Promise<void> {
  const from = Math.min(anchor, end);
  const count = Math.abs(anchor - end) + 1;
  if (count > mostPicked) {
    notify('warning', uploads.offer.list.tooMany);
    return;
  }
  const { view } = usePlanList.getState();
  const picked = new Map<number, string>();
  try {
    for (let offset = from; offset < from + count; offset += mostRows) {
      const limit = Math.min(mostRows, from + count - offset);
      const { rows } = await call('offers.planPage', { offerId, view, offset, limit });
      for (const { id, relativePath } of rows) picked.set(id, relativePath);
    }
  } catch (error) {
    notify('error', wordsOf(error));
    return;
  }
  if (usePlanList.getState().view === view) pick(picked, keep);
}
