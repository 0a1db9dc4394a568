import { create } from 'zustand';
import type { AdminTask } from '../../shared/admin-tasks.ts';
import { tasks as words } from '../../shared/strings/tasks.ts';
import { attempt } from '../app/attempt.ts';
import { notify } from '../components/toasts.tsx';
import { call, onEvent } from '../ipc.ts';
import { announce } from './announcer.ts';
import type { Selection } from './doing.ts';

/** What a task was begun with, where something more can be done for it than main keeps of it. */
export interface TaskOrigin {
  deletionId?: string;
  download?: Selection;
}

interface TasksState {
  /** the oldest first */
  list: readonly AdminTask[];
  /** when that was so. ms since 1970 */
  toldAt: number;
  origins: Readonly<Record<number, TaskOrigin>>;
  /** by the id of a task: how many objects of its deletion can be brought back */
  undoable: Readonly<Record<number, number>>;
}

/** What was begun with objects, whatever view is looked at. */
export const useTasks = create<TasksState>()(() => ({ list: [], toldAt: 0, origins: {}, undoable: {} }));

export function noteOrigin(taskId: number, origin: TaskOrigin): void {
  useTasks.setState(({ origins }) => ({ origins: { ...origins, [taskId]: origin } }));
}

/** What failed, once more: as another task in its place. */
export function retryTask(id: number): void {
  void attempt(async () => {
    const { id: next } = await call('tasks.retry', { id });
    const origin = useTasks.getState().origins[id];
    if (origin !== undefined) noteOrigin(next, origin);
  });
}

/** Brings back what a deletion took; the task says how far it is. */
export function undoDeletion(deletionId: string): void {
  useTasks.setState(({ origins, undoable }) => ({
    undoable: Object.fromEntries(
      Object.entries(undoable).filter(([id]) => origins[Number(id)]?.deletionId !== deletionId),
    ),
  }));
  void attempt(() => call('deletions.undo', { deletionId }));
}

/** Once, at the start of the window. */
export function followTasks(): void {
  onEvent('tasks', (list) => {
    const before = new Map(useTasks.getState().list.map((task) => [task.id, task]));
    useTasks.setState({ list, toldAt: Date.now() });
    for (const task of list) tell(task, before.get(task.id));
  });
  void attempt(async () => useTasks.setState({ list: await call('tasks.list', {}), toldAt: Date.now() }));
}

/** Said once of each: that it has begun, and how it has ended. */
function tell(task: AdminTask, before: AdminTask | undefined): void {
  const isRunning = task.state === 'running';
  if (isRunning && before === undefined) announce(words.title(task));
  if (isRunning || (before !== undefined && before.state !== 'running')) return;
  const deletionId = useTasks.getState().origins[task.id]?.deletionId;
  if (deletionId === undefined) announce(words.ended(task));
  else void attempt(() => tellDeleted(task, deletionId));
}

/** A deletion says so aloud, with the way back where there is one. */
async function tellDeleted(task: AdminTask, deletionId: string): Promise<void> {
  const { undoable } = await call('deletions.info', { deletionId });
  useTasks.setState((state) => ({ undoable: { ...state.undoable, [task.id]: undoable } }));
  const undo = { label: words.undo, onPress: () => undoDeletion(deletionId) };
  notify(task.state === 'done' ? 'info' : 'warning', words.ended(task), undoable > 0 ? undo : undefined);
}
