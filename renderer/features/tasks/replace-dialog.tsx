import type { AdminTask } from '../../../shared/admin-tasks.ts';
import { tasks as words } from '../../../shared/strings/tasks.ts';
import { Confirm } from '../../components/index.ts';
import { replaceInTheWay } from '../../stores/tasks.ts';

/** What is lost is said before anything is replaced. */
export function ReplaceDialog({ task, onClose }: { task: AdminTask; onClose: () => void }) {
  const replace = () => {
    onClose();
    void replaceInTheWay(task.id);
  };
  return (
    <Confirm
      title={words.replaceTitle(task)}
      isOpen
      action={words.replaceAction(task)}
      onConfirm={replace}
      onCancel={onClose}
    >
      <p>{words.replaceText(task)}</p>
    </Confirm>
  );
}
