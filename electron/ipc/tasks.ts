/** Answers the calls about what an admin has begun. */
import type { AdminTasks } from '../app/admin-tasks.ts';
import type { Handlers } from './handlers.ts';

type Calls = Extract<keyof Handlers, `tasks.${string}`>;

export function taskHandlers(tasks: AdminTasks, reveal: (path: string) => void): Pick<Handlers, Calls> {
  return {
    'tasks.list': () => tasks.list(),
    'tasks.cancel'({ id }) {
      tasks.cancel(id);
      return null;
    },
    'tasks.retry': ({ id }) => ({ id: tasks.retry(id) }),
    'tasks.replace': ({ id }) => ({ id: tasks.replace(id) }),
    'tasks.clear'() {
      tasks.clear();
      return null;
    },
    'tasks.reveal'({ id }) {
      const folder = tasks.list().find((task) => task.id === id)?.folder ?? null;
      if (folder !== null) reveal(folder);
      return null;
    },
  };
}
