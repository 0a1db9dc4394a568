/* eslint-disable @typescript-eslint/no-deprecated -- the asynchronous safeStorage is not in every Electron that this runs on */
/** What the app needs of the system, by Electron's modules. */
import path from 'node:path';
import { app, dialog, safeStorage, session, shell, type BrowserWindow } from 'electron';
import type { Surroundings } from './app/core.ts';
import { startImageProcess } from './start-image-process.ts';

export interface SurroundingsDeps extends Pick<Surroundings, 'platform' | 'push'> {
  /** null: there is none just now */
  window(): BrowserWindow | null;
}

/** Once the app is ready. */
export function surroundings({ platform, push, window }: SurroundingsDeps): Surroundings {
  const obscured = platform === 'linux' && hasNoKeyring();
  // Else nothing could be kept at all: the person is told, and may use a profile instead of keys.
  if (obscured) safeStorage.setUsePlainTextEncryption(true);
  return {
    ...{ version: app.getVersion(), platform, push, env: process.env },
    nativeBinding: process.env.SIDELINE_JOURNAL_BINDING,
    startImageProcess,
    cipher: {
      encrypt: (text) => safeStorage.encryptString(text),
      decrypt: (bytes) => safeStorage.decryptString(bytes),
    },
    secretsProtection: () => (obscured ? 'obscured' : 'protected'),
    resolveProxy: (url) => session.defaultSession.resolveProxy(url),
    choose: (kind) => choose(window(), kind),
    askWhere: (name) => askWhere(window(), name),
    openPath: (folder) => shell.openPath(folder),
    reveal: (file) => shell.showItemInFolder(file),
  };
}

/** Where Linux has no keyring, Chromium encrypts with a key that every program knows. */
function hasNoKeyring(): boolean {
  return !safeStorage.isEncryptionAvailable() || safeStorage.getSelectedStorageBackend() === 'basic_text';
}

async function choose(window: BrowserWindow | null, kind: 'files' | 'folder'): Promise<readonly string[]> {
  const what = kind === 'files' ? 'openFile' : 'openDirectory';
  const options: Electron.OpenDialogOptions = { properties: [what, 'multiSelections'] };
  const asked = window === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options);
  return (await asked).filePaths;
}

async function askWhere(window: BrowserWindow | null, name: string): Promise<string | null> {
  const options = { defaultPath: path.join(app.getPath('documents'), name) };
  const asked = window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options);
  const { canceled, filePath } = await asked;
  return canceled || filePath === '' ? null : filePath;
}
