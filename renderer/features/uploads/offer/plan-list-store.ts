import { create } from 'zustand';
import type { PlanView } from '../../../../shared/upload-plan.ts';

export interface PlanListState {
  view: PlanView;
  /** rows of the view; null: not known yet */
  total: number | null;
  /** path as dropped, by the id of its row */
  picked: ReadonlyMap<number, string>;
  /** place of the row from which Shift selects; null: of none */
  anchor: number | null;
}

export const everyFile: PlanView = { show: 'all', destinationId: null, reason: null, search: '' };

const atFirst: PlanListState = { view: everyFile, total: null, picked: new Map(), anchor: null };

/** Which files of the plan the list shows: of the one offer that is asked about. */
export const usePlanList = create<PlanListState>()(() => atFirst);

export function showPlan(change: Partial<PlanView>): void {
  usePlanList.setState(({ view }) => ({ view: { ...view, ...change }, picked: new Map(), anchor: null }));
}

export function pick(picked: ReadonlyMap<number, string>, anchor: number | null): void {
  usePlanList.setState({ picked, anchor });
}

/** Another offer. */
export function forgetPlanList(): void {
  usePlanList.setState(atFirst, true);
}
