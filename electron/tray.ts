/** The icon in the tray or the menu bar: progress when it is pointed at, pause and quit without the window. */
import { Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron';
import path from 'node:path';
import type { Logger } from 'pino';
import type { AppInfo, Progress } from '../shared/ipc.ts';
import { shell } from '../shared/strings/shell.ts';
import { tooltipOf } from './notices.ts';

export interface TrayDeps {
  platform: AppInfo['platform'];
  /** absolute path of the folder electron/assets */
  assets: string;
  show(): void;
  pauseAll(): void;
  resumeAll(): void;
  quit(): void;
  log: Pick<Logger, 'warn'>;
}

export interface AppTray {
  /** For every progress, in order. */
  update(progress: Progress): void;
  destroy(): void;
}

/**
 * Null where the system says that it has none: then nothing may depend on it, such as hiding the window. Linux does not say: see
 * tray-host.ts. Once the app is ready.
 */
export function createTray(deps: TrayDeps): AppTray | null {
  try {
    return openTray(deps);
  } catch (error) {
    deps.log.warn({ error }, 'there is no tray');
    return null;
  }
}

function openTray(deps: TrayDeps): AppTray {
  const { platform, assets, show } = deps;
  // macOS colours template images (their names end so) as its menu bar.
  const image = nativeImage.createFromPath(path.join(assets, platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'));
  const tray = new Tray(image);
  // On macOS a click opens the menu, as with all others there.
  if (platform !== 'darwin') tray.on('click', show);
  let lastTooltip = '';
  let lastAction = '';

  return {
    update(progress) {
      const tooltip = tooltipOf(progress);
      if (tooltip !== lastTooltip) tray.setToolTip(tooltip);
      lastTooltip = tooltip;
      const action = actionOf(progress);
      // Linux shows a change only with a new menu, and closes the one that is open: so not more often than needed.
      if (action !== lastAction) tray.setContextMenu(Menu.buildFromTemplate(menuItems(deps, action)));
      lastAction = action;
    },
    destroy: () => tray.destroy(),
  };
}

type Action = 'pause' | 'resume' | 'none';

function actionOf({ activity }: Progress): Action {
  if (activity === 'paused') return 'resume';
  return activity === 'idle' || activity === 'stopped' ? 'none' : 'pause';
}

function menuItems({ show, pauseAll, resumeAll, quit }: TrayDeps, action: Action): MenuItemConstructorOptions[] {
  const { tray: words } = shell;
  const change =
    action === 'resume'
      ? { label: words.resume, click: resumeAll }
      : { label: words.pause, click: pauseAll, enabled: action === 'pause' };
  const line = { type: 'separator' } as const;
  return [{ label: words.show, click: show }, line, change, line, { label: words.quit, click: quit }];
}
