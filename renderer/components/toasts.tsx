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
  action: ToastAction | null;
}

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });
const icons = { info: CircleCheck, warning: TriangleAlert, error: OctagonAlert };

/** ms; React Aria stops the clock while the pointer or the focus is on it */
const readingTime = 7000;
/** ms: to read it, and to decide */
const decidingTime = 20_000;

/** A sentence in the corner, read out as well. What went wrong stays until it is dismissed. */
export function notify(level: Message['level'], text: string, action?: ToastAction): void {
  const isSaid = queue.visibleToasts.some(({ content }) => content.level === level && content.text === text);
  if (isSaid && action === undefined) return;
  const timeout = action === undefined ? readingTime : decidingTime;
  queue.add({ level, text, action: action ?? null }, level === 'error' ? {} : { timeout });
}

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
          {toast.content.action !== null && (
            <ToastButton action={toast.content.action} onDone={() => queue.close(toast.key)} />
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
