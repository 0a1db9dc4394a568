/** The dock, the taskbar and the system's notifications, as far as the progress calls for them. */
import { app, nativeImage, Notification, type BrowserWindow } from 'electron';
import path from 'node:path';
import type { Progress } from '../shared/ipc.ts';
import { shell } from '../shared/strings/shell.ts';
import { badgeOf, barOf, noticesOf, type Bar, type Notice } from './notices.ts';

export interface AttentionDeps {
  /** null: there is none just now */
  window(): BrowserWindow | null;
  /** Brings the window to the front. */
  show(): void;
  /** whether the person wants notifications, by the settings */
  wanted(): boolean;
  /** absolute path of the folder electron/assets */
  assets: string;
}

export interface Attention {
  /** For every progress, in order. */
  update(progress: Progress): void;
}

export function createAttention({ window, show, wanted, assets }: AttentionDeps): Attention {
  let previous: Progress | null = null;
  /** Kept until they are gone: the system forgets the click of a notification that was collected as garbage. */
  const shown = new Set<Notification>();
  const badge = createBadge(window, assets);
  const bar = createBar(window);

  function notify({ title, body }: Notice): void {
    const notification = new Notification({ title, body });
    shown.add(notification);
    notification.on('click', show);
    notification.on('close', () => shown.delete(notification));
    notification.on('failed', () => shown.delete(notification));
    notification.show();
  }

  return {
    update(progress) {
      const notices = noticesOf(previous, progress);
      previous = progress;
      bar(barOf(progress));
      badge(badgeOf(progress));
      // Whoever looks at the window sees it there.
      const looking = window()?.isFocused() ?? false;
      if (wanted() && !looking && Notification.isSupported()) notices.forEach(notify);
    },
  };
}

/** A new window gets it too; the system is asked only when something changes. */
function createBar(window: AttentionDeps['window']): (bar: Bar) => void {
  let last = '';
  return (bar) => {
    const current = window();
    if (current === null || current.isDestroyed()) return;
    const look = `${current.id} ${bar === null ? '' : `${bar.mode} ${Math.round(bar.value * 200)}`}`;
    if (look === last) return;
    last = look;
    if (bar === null) current.setProgressBar(-1);
    else current.setProgressBar(bar.value, { mode: bar.mode });
  };
}

/** On Windows a mark on the taskbar's icon, elsewhere the number. */
function createBadge(window: AttentionDeps['window'], assets: string): (count: number) => void {
  const mark = process.platform === 'win32' ? nativeImage.createFromPath(path.join(assets, 'failed.png')) : null;
  let last = '';
  return (count) => {
    const current = window();
    const look = `${current?.id ?? 0} ${count}`;
    if (look === last) return;
    last = look;
    if (mark === null) app.setBadgeCount(count);
    else if (current !== null && !current.isDestroyed())
      current.setOverlayIcon(count === 0 ? null : mark, count === 0 ? '' : shell.badge(count));
  };
}
