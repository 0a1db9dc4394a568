/** Closing the window while something is on its way: asked once, and never a loss. */
import { dialog, type BrowserWindow } from 'electron';
import type { AppInfo } from '../shared/ipc.ts';
import { closing as words } from '../shared/strings/closing.ts';

export interface ClosingDeps {
  window: BrowserWindow | null;
  /** uploads are on their way */
  busy: boolean;
  /** how many tasks are under way: downloads, copies, deletions */
  tasks: number;
  /** there is a tray to go on from */
  tray: boolean;
  platform: AppInfo['platform'];
}

export type Closing = 'close' | 'hide' | 'stay';

/** Out of sight until somebody comes back to it: in the tray, if it is seen to be there; else where every desktop keeps windows. */
export async function putAway(
  window: Pick<BrowserWindow, 'hide' | 'minimize' | 'isDestroyed'>,
  canHide: () => Promise<boolean>,
): Promise<void> {
  const hidden = await canHide();
  if (window.isDestroyed()) return;
  if (hidden) window.hide();
  else window.minimize();
}

/** A window that starts in the tray, not shown yet: it is in sight at least small where there is no tray to find it by. */
export async function startAway(
  window: Pick<BrowserWindow, 'minimize' | 'isDestroyed' | 'isVisible'>,
  canHide: () => Promise<boolean>,
): Promise<void> {
  if (await canHide()) return;
  if (!window.isDestroyed() && !window.isVisible()) window.minimize();
}

/** On macOS a closed window is a hidden one, as with all apps there: the dock brings it back. */
export function askToClose({ window, busy, tasks, tray, platform }: ClosingDeps): Closing {
  if (platform === 'darwin') return 'hide';
  if ((!busy && tasks === 0) || window === null) return 'close';
  const choices: { label: string; means: Closing }[] = [
    ...(tray ? [{ label: words.goOn, means: 'hide' as const }] : []),
    { label: words.quit, means: 'close' },
    { label: words.stay, means: 'stay' },
  ];
  const answer = dialog.showMessageBoxSync(window, {
    type: 'question',
    message: busy ? words.question : words.tasksQuestion(tasks),
    detail: [...(busy ? [words.detail] : []), ...(tasks > 0 ? [words.tasksDetail(tasks)] : [])].join('\n\n'),
    buttons: choices.map(({ label }) => label),
    defaultId: 0,
    cancelId: choices.length - 1,
    noLink: true,
  });
  return choices[answer]?.means ?? 'stay';
}
