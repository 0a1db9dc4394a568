import { create } from 'zustand';
import type { AdminTask } from '../../shared/admin-tasks.ts';
import { tasks as words } from '../../shared/strings/tasks.ts';
import { attempt } from '../app/attempt.ts';
import { notify, type ToastAction } from '../components/toasts.tsx';
import { call, onEvent } from '../ipc.ts';
import { announce } from './announcer.ts';

/** What a task was begun with, where something more can be done for it than main keeps of it. */
export interface TaskOrigin {
  deletionId?: string;
}

interface TasksState {
  /** the oldest first */
  list: readonly AdminTask[];
  /** when that was so. ms since 1970 */
  toldAt: number;
  origins: Readonly<Record<number, TaskOrigin>>;
  /** by the id of a task: how many objects of its deletion can be brought back */
  undoable: Readonly<Record<number, number>>;
  /** All of them are listed, with what failed. */
  isOpen: boolean;
  /** the task whose failures are to get the focus, where they are listed */
  failuresOf: number | null;
}

/** What was begun with objects, whatever view is looked at. */
export const useTasks = create<TasksState>()(() => ({
  ...{ list: [], toldAt: 0, origins: {}, undoable: {} },
  ...{ isOpen: false, failuresOf: null },
}));

/** A text that is another one when these are others. */
export function idsOf(tasks: readonly AdminTask[]): string {
  return tasks.map(({ id }) => id).join(' ');
}

export function noteOrigin(taskId: number, origin: TaskOrigin): void {
  useTasks.setState(({ origins }) => ({ origins: { ...origins, [taskId]: origin } }));
}

/** What failed, or all of what ended early, once more: as another task in its place. */
export function retryTask(id: number): void {
  void attempt(async () => {
    const { id: next } = await call('tasks.retry', { id });
    const origin = useTasks.getState().origins[id];
    if (origin !== undefined) noteOrigin(next, origin);
  });
}

/** What is in the way of what failed is replaced: as another task in its place. */
export async function replaceInTheWay(id: number): Promise<void> {
  await attempt(() => call('tasks.replace', { id }));
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

/** Lists the tasks, with the focus on what of this one failed. */
function showFailures(id: number): void {
  useTasks.setState({ isOpen: true, failuresOf: id });
}

/** Once, at the start of the window. */
export function followTasks(): void {
  onEvent('tasks', (list) => {
    const before = new Map(useTasks.getState().list.map((task) => [task.id, task]));
    useTasks.setState({ list, toldAt: Date.now() });
    for (const task of list) tell(task, before.get(task.id));
    takeAway((id) => !list.some((task) => task.id === id));
    if (list.length === 0) useTasks.setState({ isOpen: false });
  });
  useTasks.subscribe(({ isOpen }, before) => {
    if (isOpen && !before.isOpen) takeAway(() => true);
  });
  void attempt(async () => useTasks.setState({ list: await call('tasks.list', {}), toldAt: Date.now() }));
}

/** Said once of each: that it has begun, and how it has ended. */
function tell(task: AdminTask, before: AdminTask | undefined): void {
  const isRunning = task.state === 'running';
  if (isRunning && before === undefined) announce(words.title(task));
  if (isRunning || (before !== undefined && before.state !== 'running')) return;
  const deletionId = useTasks.getState().origins[task.id]?.deletionId;
  if (deletionId !== undefined) void attempt(() => tellDeleted(task, deletionId));
  else if (task.state === 'failed') tellFailed(task, []);
  else announce(words.ended(task));
}

/** A deletion says so aloud, with the way back where there is one. */
async function tellDeleted(task: AdminTask, deletionId: string): Promise<void> {
  const { undoable } = await call('deletions.info', { deletionId });
  useTasks.setState((state) => ({ undoable: { ...state.undoable, [task.id]: undoable } }));
  const undo = undoable > 0 ? [{ label: words.undo, onPress: () => undoDeletion(deletionId) }] : [];
  if (task.state === 'failed') tellFailed(task, undo);
  else notify(task.state === 'done' ? 'info' : 'warning', words.ended(task), ...undo);
}

/** What takes away the message that a task has failed, by its id: where that is listed, or tried again, it is in the way. */
const messages = new Map<number, () => void>();

function tellFailed(task: AdminTask, undo: ToastAction[]): void {
  const { id, failures } = task;
  if (useTasks.getState().isOpen) {
    announce(words.ended(task));
    return;
  }
  const show = failures.length === 0 ? [] : [{ label: words.showFailures, onPress: () => showFailures(id) }];
  messages.set(id, notify('warning', words.ended(task), ...show, ...undo));
}

function takeAway(isOver: (id: number) => boolean): void {
  for (const [id, close] of messages) {
    if (!isOver(id)) continue;
    messages.delete(id);
    close();
  }
}
