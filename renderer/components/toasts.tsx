import { CircleCheck, OctagonAlert, TriangleAlert, X } from 'lucide-react';
import { UNSTABLE_Toast as Toast, UNSTABLE_ToastContent as ToastContent } from 'react-aria-components';
import { UNSTABLE_ToastQueue as ToastQueue, UNSTABLE_ToastRegion as ToastRegion, Text } from 'react-aria-components';
import { common } from '../../shared/strings/common.ts';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

/** What can be done about it, from the message itself. */
export interface ToastAction {
  label: string;
  onPress: () => void;
}

interface Message {
  level: 'info' | 'warning' | 'error';
  text: string;
  actions: readonly ToastAction[];
}

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });
const icons = { info: CircleCheck, warning: TriangleAlert, error: OctagonAlert };

/** ms; React Aria stops the clock while the pointer or the focus is on it */
const readingTime = 7000;
/** ms: to read it, and to decide */
const decidingTime = 20_000;

/** A sentence in the corner, read out as well. What went wrong stays until it is dismissed. Returns what takes it away. */
export function notify(level: Message['level'], text: string, ...actions: ToastAction[]): () => void {
  const isSaid = queue.visibleToasts.some(({ content }) => content.level === level && content.text === text);
  if (isSaid && actions.length === 0) return () => undefined;
  const timeout = actions.length === 0 ? readingTime : decidingTime;
  const key = queue.add({ level, text, actions }, level === 'error' ? {} : { timeout });
  return () => queue.close(key);
}

/** letters that have room beside a button */
const oneLine = 60;

const isLong = ({ text, actions }: Message) => actions.length > 1 || text.length > oneLine;

/** Once, in the frame. */
export function ToastArea() {
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={common.notifications}>
      {({ toast }) => (
        <Toast toast={toast} className="toast" data-tone={toast.content.level}>
          <Icon of={icons[toast.content.level]} />
          <ToastContent className="toast-text">
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.actions.length > 0 && (
            <div className="toast-actions" data-below={isLong(toast.content) ? true : undefined}>
              {toast.content.actions.map((action) => (
                <ToastButton key={action.label} action={action} onDone={() => queue.close(toast.key)} />
              ))}
            </div>
          )}
          <IconButton slot="close" size="small" icon={X} label={common.dismiss} />
        </Toast>
      )}
    </ToastRegion>
  );
}

function ToastButton({ action, onDone }: { action: ToastAction; onDone: () => void }) {
  const act = () => {
    action.onPress();
    onDone();
  };
  return (
    <Button size="small" onPress={act}>
      {action.label}
    </Button>
  );
}
