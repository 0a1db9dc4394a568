/** All of the app but its window, in a test's process: the system around it does nothing. */
import path from 'node:path';
import { openCore, type Core, type Surroundings } from '../../electron/app/core.ts';

const scramble = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 7));

export function openTestCore(dataFolder: string, around: Partial<Surroundings> = {}): Core {
  return openCore(dataFolder, {
    ...{
      version: '0.0.0',
      platform: 'linux',
      nativeBinding: undefined,
      startImageProcess: undefined,
      env: {},
      openStills: undefined,
      decodeImage: null,
      practiceBackend: null,
    },
    cipher: { encrypt: (text) => scramble(Buffer.from(text)), decrypt: (bytes) => scramble(bytes).toString() },
    secretsProtection: () => 'protected',
    resolveProxy: () => Promise.resolve('DIRECT'),
    choose: () => Promise.resolve([]),
    samplePhoto: path.join(import.meta.dirname, '..', '..', 'electron', 'assets', 'sample-photo.jpg'),
    askWhere: () => Promise.resolve(null),
    openPath: () => Promise.resolve(''),
    reveal: () => undefined,
    copy: () => Promise.resolve(),
    openUrl: () => Promise.resolve(),
    push: () => undefined,
    ...around,
  });
}
