import { BrushCleaning, ChevronDown, ChevronUp } from 'lucide-react';
import type { AdminTask } from '../../../shared/admin-tasks.ts';
import { tasks as words } from '../../../shared/strings/tasks.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, IconButton, ProgressBar } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useTasks } from '../../stores/tasks.ts';
import { shareOfAll } from './progress.ts';
import { StateIcon, TaskRow } from './task-row.tsx';
import './tasks.css';

/** At the foot of the window, in every view, while there are tasks: what is under way, and how what has ended has ended. */
export function TasksTray() {
  const list = useTasks((state) => state.list);
  const isOpen = useTasks((state) => state.isOpen);
  const running = list.filter(({ state }) => state === 'running');
  const ended = list.length - running.length;
  // One is told in full; of several the list tells.
  const only = running.length === 1 ? running[0] : list.length === 1 ? list[0] : undefined;
  if (list.length === 0) return null;
  return (
    <section className="tray" aria-label={words.label} data-open={isOpen ? true : undefined}>
      {isOpen && (
        <ul className="tray-list" aria-label={words.list}>
          {list.toReversed().map((task) => (
            <TaskRow key={task.id} task={task} showsFailures />
          ))}
        </ul>
      )}
      <div className="tray-strip">
        {isOpen ? (
          <span className="spacer" />
        ) : only === undefined ? (
          <Several all={list} running={running} />
        ) : (
          <ul className="tray-one">
            <TaskRow task={only} />
          </ul>
        )}
        {ended > 0 && running.length === 0 && !isOpen && (
          <IconButton size="small" icon={BrushCleaning} label={words.clear} onPress={clear} />
        )}
        {ended > 0 && isOpen && (
          <Button size="small" icon={BrushCleaning} onPress={clear}>
            {words.clear}
          </Button>
        )}
        <IconButton
          size="small"
          icon={isOpen ? ChevronDown : ChevronUp}
          label={isOpen ? words.collapse : words.expand}
          aria-expanded={isOpen}
          onPress={() => useTasks.setState({ isOpen: !isOpen })}
        />
      </div>
    </section>
  );
}

function clear(): void {
  void attempt(() => call('tasks.clear', {}));
}

/** In one line: how many are under way and how far; else how they have ended. */
function Several({ all, running }: { all: readonly AdminTask[]; running: readonly AdminTask[] }) {
  const failed = all.filter(({ state }) => state === 'failed').length;
  const isRunning = running.length > 0;
  const text = isRunning ? words.underWay(running.length) : words.allEnded(all.length, failed);
  return (
    <div className="task" data-several>
      <StateIcon state={isRunning ? 'running' : failed > 0 ? 'failed' : 'done'} />
      <span className="task-title truncate">{text}</span>
      {isRunning && (
        <span className="task-bar">
          <ProgressBar label={words.progress(text)} value={shareOfAll(running)} size="thin" />
        </span>
      )}
    </div>
  );
}
