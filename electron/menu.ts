/** The native menu, with the conventions of each system. */
import { Menu, type MenuItemConstructorOptions as Item } from 'electron';
import type { AppInfo, Command } from '../shared/ipc.ts';
import { shell } from '../shared/strings/shell.ts';

export interface MenuDeps {
  platform: AppInfo['platform'];
  /** The window carries it out; it has to be there and to be seen. */
  send(command: Command): void;
  zoom(direction: 'in' | 'out' | 'reset'): void;
  openLogs(): void;
  saveDiagnostics(): void;
  /** with the tools for whoever works on the app itself */
  development: boolean;
}

/** Once the app is ready. */
export function installMenu(deps: MenuDeps): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(deps)));
}

const words = shell.menu;
const line: Item = { type: 'separator' };

function menuTemplate(deps: MenuDeps): Item[] {
  const mac = deps.platform === 'darwin';
  return [
    ...(mac ? [appMenu(deps)] : []),
    fileMenu(deps),
    editMenu(deps),
    transfersMenu(deps),
    viewMenu(deps),
    ...(mac ? [windowMenu()] : []),
    helpMenu(deps),
  ];
}

function command({ send }: MenuDeps, label: string, name: Command, accelerator?: string): Item {
  return { label, click: () => send(name), ...(accelerator === undefined ? {} : { accelerator }) };
}

const settings = (deps: MenuDeps) => command(deps, words.settings, 'show-settings', 'CmdOrCtrl+,');

/** macOS only. */
function appMenu(deps: MenuDeps): Item {
  return {
    label: shell.title,
    submenu: [
      { role: 'about', label: words.about },
      line,
      settings(deps),
      line,
      { role: 'services', label: words.services },
      line,
      { role: 'hide', label: words.hide },
      { role: 'hideOthers', label: words.hideOthers },
      { role: 'unhide', label: words.showAll },
      line,
      { role: 'quit', label: words.quit.darwin },
    ],
  };
}

function fileMenu(deps: MenuDeps): Item {
  const quit: Item = { role: 'quit', label: words.quit[deps.platform], accelerator: 'CmdOrCtrl+Q' };
  return {
    label: words.file,
    submenu: [
      command(deps, words.addFiles, 'add-files', 'CmdOrCtrl+O'),
      command(deps, words.addFolder, 'add-folder', 'CmdOrCtrl+Shift+O'),
      line,
      command(deps, words.clearFinished, 'clear-finished'),
      line,
      deps.platform === 'darwin' ? { role: 'close', label: words.close } : quit,
    ],
  };
}

function editMenu(deps: MenuDeps): Item {
  return {
    label: words.edit,
    submenu: [
      { role: 'undo', label: words.undo },
      { role: 'redo', label: words.redo },
      line,
      { role: 'cut', label: words.cut },
      { role: 'copy', label: words.copy },
      { role: 'paste', label: words.paste },
      { role: 'selectAll', label: words.selectAll },
      line,
      command(deps, words.find, 'search', 'CmdOrCtrl+F'),
    ],
  };
}

function transfersMenu(deps: MenuDeps): Item {
  return {
    label: words.transfers,
    submenu: [
      command(deps, words.pauseAll, 'pause-all'),
      command(deps, words.resumeAll, 'resume-all'),
      line,
      command(deps, words.retryFailed, 'retry-failed'),
      line,
      command(deps, words.deletions, 'show-deletions'),
    ],
  };
}

function viewMenu(deps: MenuDeps): Item {
  const { zoom, platform, development } = deps;
  return {
    label: words.view,
    submenu: [
      command(deps, words.uploads, 'show-uploads', 'CmdOrCtrl+1'),
      command(deps, words.browse, 'show-browse', 'CmdOrCtrl+2'),
      command(deps, words.history, 'show-history', 'CmdOrCtrl+3'),
      command(deps, words.destinations, 'show-destinations', 'CmdOrCtrl+4'),
      command(deps, words.connections, 'show-connections', 'CmdOrCtrl+5'),
      command(deps, words.bucket, 'show-bucket', 'CmdOrCtrl+6'),
      ...(platform === 'darwin' ? [] : [settings(deps)]),
      line,
      { label: words.actualSize, accelerator: 'CmdOrCtrl+0', click: () => zoom('reset') },
      { label: words.zoomIn, accelerator: 'CmdOrCtrl+Plus', click: () => zoom('in') },
      // The same key without Shift, as browsers have it.
      { label: words.zoomIn, accelerator: 'CmdOrCtrl+=', click: () => zoom('in'), ...hidden },
      { label: words.zoomOut, accelerator: 'CmdOrCtrl+-', click: () => zoom('out') },
      line,
      { role: 'togglefullscreen', label: words.fullScreen },
      ...(development ? [line, { role: 'toggleDevTools', label: words.developer } as const] : []),
    ],
  };
}

const hidden = { visible: false, acceleratorWorksWhenHidden: true } as const;

/** macOS only: elsewhere the window's own frame has these. */
function windowMenu(): Item {
  return {
    label: words.window,
    role: 'window',
    submenu: [
      { role: 'minimize', label: words.minimize },
      { role: 'zoom', label: words.zoomWindow },
      line,
      { role: 'front', label: words.front },
    ],
  };
}

function helpMenu({ platform, openLogs, saveDiagnostics }: MenuDeps): Item {
  const about: Item[] = platform === 'darwin' ? [] : [line, { role: 'about', label: words.about }];
  return {
    label: words.help,
    role: 'help',
    submenu: [
      { label: words.logFolder, click: openLogs },
      { label: words.diagnostics, click: saveDiagnostics },
      ...about,
    ],
  };
}
