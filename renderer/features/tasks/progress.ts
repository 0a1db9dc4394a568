/** How far tasks are. Pure. */
import type { AdminTask } from '../../../shared/admin-tasks.ts';

/** 0 to 1; null: it is still being counted */
export function shareOfTask({ items, bytes }: Pick<AdminTask, 'items' | 'bytes'>): number | null {
  if (bytes !== null && bytes.total !== null && bytes.total > 0) return Math.min(1, bytes.done / bytes.total);
  if (items.total === null) return null;
  return items.total === 0 ? 1 : Math.min(1, (items.done + items.failed) / items.total);
}

/** before that a guess would jump. ms */
const settled = 3000;

/** As fast as it has been so far. ms; null: nobody knows yet */
export function timeLeftOf(task: AdminTask, now: number): number | null {
  const share = shareOfTask(task);
  const elapsed = now - task.begunAt;
  if (task.state !== 'running' || share === null || share <= 0.01 || elapsed < settled) return null;
  return Math.ceil((elapsed * (1 - share)) / share / 1000) * 1000;
}

/** Of several that are under way; null: one is still being counted. */
export function shareOfAll(tasks: readonly AdminTask[]): number | null {
  let sum = 0;
  for (const task of tasks) {
    const share = shareOfTask(task);
    if (share === null) return null;
    sum += share;
  }
  return tasks.length === 0 ? 1 : sum / tasks.length;
}
