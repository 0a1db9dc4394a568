import { CircleCheck, OctagonAlert, TriangleAlert, X } from 'lucide-react';
import { UNSTABLE_Toast as Toast, UNSTABLE_ToastContent as ToastContent } from 'react-aria-components';
import { UNSTABLE_ToastQueue as ToastQueue, UNSTABLE_ToastRegion as ToastRegion, Text } from 'react-aria-components';
import { common } from '../../shared/strings/common.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

interface Message {
  level: 'info' | 'warning' | 'error';
  text: string;
}

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });
const icons = { info: CircleCheck, warning: TriangleAlert, error: OctagonAlert };

/** ms; React Aria stops the clock while the pointer or the focus is on it */
const readingTime = 7000;

/** A sentence in the corner, read out as well. What went wrong stays until it is dismissed. */
export function notify(level: Message['level'], text: string): void {
  if (queue.visibleToasts.some(({ content }) => content.level === level && content.text === text)) return;
  queue.add({ level, text }, level === 'error' ? {} : { timeout: readingTime });
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
          <IconButton slot="close" size="small" icon={X} label={common.dismiss} />
        </Toast>
      )}
    </ToastRegion>
  );
}
