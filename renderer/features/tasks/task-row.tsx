import { Ban, CircleCheck, FolderOpen, OctagonAlert, Replace, RotateCcw, X } from 'lucide-react';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { AdminTask } from '../../../shared/admin-tasks.ts';
import { printable } from '../../../shared/format.ts';
import { tasks as words } from '../../../shared/strings/tasks.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Icon, ProgressBar, Spinner } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { retryTask, undoDeletion, useTasks } from '../../stores/tasks.ts';
import { shareOfTask, timeLeftOf } from './progress.ts';
import { ReplaceDialog } from './replace-dialog.tsx';

const icons = { done: CircleCheck, failed: OctagonAlert, cancelled: Ban };

export function StateIcon({ state }: Pick<AdminTask, 'state'>) {
  return (
    <span className="task-icon row" data-state={state}>
      {state === 'running' ? <Spinner /> : <Icon of={icons[state]} />}
    </span>
  );
}

interface TaskRowProps {
  task: AdminTask;
  /** the objects that failed are listed under it */
  showsFailures?: boolean;
}

/** What it is about, how far it is or how it has ended, and what can be done about it. */
export function TaskRow({ task, showsFailures = false }: TaskRowProps) {
  const title = words.title(task);
  const toldAt = useTasks((state) => state.toldAt);
  const isRunning = task.state === 'running';
  return (
    <li className="task" aria-label={title}>
      <StateIcon state={task.state} />
      <span className="task-title truncate" title={title}>
        {title}
      </span>
      {isRunning && (
        <span className="task-bar">
          <ProgressBar label={words.progress(title)} value={shareOfTask(task)} size="thin" />
        </span>
      )}
      <span className="task-facts muted small">{words.facts(task, timeLeftOf(task, toldAt)).join(', ')}</span>
      <Commands task={task} title={title} />
      {showsFailures && <Failures task={task} title={title} />}
    </li>
  );
}

function Commands({ task, title }: { task: AdminTask; title: string }) {
  const { id, state, folder, canRetry, replaceable } = task;
  const [isAsked, ask] = useState(false);
  const origin = useTasks(({ origins }) => origins[id]);
  const undoable = useTasks((all) => all.undoable[id] ?? 0);
  const { deletionId } = origin ?? {};
  return (
    <span className="task-commands">
      {state === 'running' && (
        <Button size="small" icon={X} aria-label={words.cancelOf(title)} onPress={() => send('tasks.cancel', id)}>
          {words.cancel}
        </Button>
      )}
      {canRetry && (
        <Button size="small" icon={RotateCcw} onPress={() => retryTask(id)}>
          {state === 'cancelled' ? words.resume : words.retry}
        </Button>
      )}
      {replaceable > 0 && (
        <Button size="small" icon={Replace} onPress={() => ask(true)}>
          {words.replace(task)}
        </Button>
      )}
      {isAsked && <ReplaceDialog task={task} onClose={() => ask(false)} />}
      {folder !== null && (
        <Button size="small" icon={FolderOpen} onPress={() => send('tasks.reveal', id)}>
          {words.reveal}
        </Button>
      )}
      {deletionId !== undefined && undoable > 0 && (
        <Button size="small" icon={RotateCcw} onPress={() => undoDeletion(deletionId)}>
          {words.undo}
        </Button>
      )}
    </span>
  );
}

function send(name: 'tasks.cancel' | 'tasks.reveal', id: number): void {
  void attempt(() => call(name, { id }));
}

/** Which objects failed, and why; or why all of it has ended. */
function Failures({ task, title }: { task: AdminTask; title: string }) {
  const { id, reason, failures, items } = task;
  const list = useFocusAsked(id);
  if (reason === null && failures.length === 0) return null;
  const more = items.failed - failures.length;
  return (
    <div className="task-failures">
      {reason !== null && <p className="danger-text selectable">{reason.message}</p>}
      {failures.length > 0 && (
        <ul ref={list} aria-label={words.failuresOf(title)} tabIndex={0}>
          {failures.map(({ key, reason: why }, at) => (
            <li key={`${at} ${key}`}>
              <span className="task-key selectable">{printable(key)}</span>
              <span className="danger-text small">{why.message}</span>
            </li>
          ))}
          {more > 0 && <li className="muted small">{words.moreFailures(more)}</li>}
        </ul>
      )}
    </div>
  );
}

/** Of the list of what failed, where a message has led to it. */
function useFocusAsked(id: number): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  const isAsked = useTasks(({ failuresOf }) => failuresOf === id);
  useEffect(() => {
    if (!isAsked) return;
    // The message gives the focus back to where it was as it goes.
    const timer = setTimeout(() => {
      list.current?.focus();
      list.current?.scrollIntoView({ block: 'nearest' });
      useTasks.setState({ failuresOf: null });
    });
    return () => clearTimeout(timer);
  }, [isAsked]);
  return list;
}
