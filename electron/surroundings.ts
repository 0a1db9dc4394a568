/* eslint-disable @typescript-eslint/no-deprecated -- the asynchronous safeStorage is not in every Electron that this runs on */
/** What the app needs of the system, by Electron's modules. */
import path from 'node:path';
import { app, clipboard, dialog, nativeImage, safeStorage, session, shell, type BrowserWindow } from 'electron';
import type { Choice, Surroundings } from './app/core.ts';
import { backendCommand } from './practice/backend-process.ts';
import { startImageProcess } from './start-image-process.ts';
import { createStills } from './stills/stills.ts';

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
    practiceBackend: app.isPackaged ? null : backendCommand(process.env),
    openStills: (log) => createStills(log),
    decodeImage: platform === 'linux' ? null : decodeImage,
    cipher: {
      encrypt: (text) => safeStorage.encryptString(text),
      decrypt: (bytes) => safeStorage.decryptString(bytes),
    },
    secretsProtection: () => (obscured ? 'obscured' : 'protected'),
    resolveProxy: (url) => session.defaultSession.resolveProxy(url),
    choose: (kind) => choose(window(), kind),
    askWhere: (name) => askWhere(window(), name),
    samplePhoto: path.join(app.getAppPath(), 'electron', 'assets', 'sample-photo.jpg'),
    openPath: (folder) => shell.openPath(folder),
    reveal: (file) => shell.showItemInFolder(file),
    copy: (text) => clipboard.writeText(text),
    openUrl: (url) => shell.openExternal(url),
  };
}

/** Where Linux has no keyring, Chromium encrypts with a key that every program knows. */
function hasNoKeyring(): boolean {
  return !safeStorage.isEncryptionAvailable() || safeStorage.getSelectedStorageBackend() === 'basic_text';
}

/** What the system's own file manager would show. https://www.electronjs.org/docs/latest/api/native-image */
async function decodeImage(file: string, side: number): Promise<Buffer> {
  const image = await nativeImage.createThumbnailFromPath(file, { width: side, height: side });
  if (image.isEmpty()) throw new Error('the system has no picture of it');
  return image.toJPEG(92);
}

const asked: Record<Choice, Electron.OpenDialogOptions> = {
  files: { properties: ['openFile', 'multiSelections'] },
  folder: { properties: ['openDirectory', 'multiSelections'] },
  target: { properties: ['openDirectory', 'createDirectory'] },
  sample: { properties: ['openFile'] },
  destinations: { properties: ['openFile'], filters: [{ name: 'JSON', extensions: ['json'] }] },
};

async function choose(window: BrowserWindow | null, kind: Choice): Promise<readonly string[]> {
  const options = asked[kind];
  const answer = window === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options);
  return (await answer).filePaths;
}

async function askWhere(window: BrowserWindow | null, name: string): Promise<string | null> {
  const options = { defaultPath: path.join(app.getPath('documents'), name) };
  const asked = window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options);
  const { canceled, filePath } = await asked;
  return canceled || filePath === '' ? null : filePath;
}
