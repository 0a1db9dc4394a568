/** The log file: the whole cause of every error, and no secret. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import pino, { type DestinationStream, type Logger } from 'pino';

/** bytes; the file before it is kept beside it */
const largest = 10 * 2 ** 20;

/** Never throws, then or later: a disk that is full, or read-only, must not end what would be told of here. */
export function openLog(folder: string): Logger {
  return pino(
    {
      level: 'info',
      serializers: { error: pino.stdSerializers.errWithCause },
      redact: {
        paths: ['*.secretAccessKey', '*.sessionToken', '*.authorization', '*.headers.authorization'],
        remove: true,
      },
    },
    openFile(path.join(folder, 'logs')) ?? { write: () => undefined },
  );
}

function openFile(logs: string): DestinationStream | null {
  try {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
    const file = path.join(logs, 'sideline.log');
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > largest) renameSync(file, path.join(logs, 'sideline.1.log'));
    return pino.destination({ dest: file, sync: true }).on('error', () => undefined);
  } catch {
    return null; // whoever needs the folder says what is wrong with it
  }
}
