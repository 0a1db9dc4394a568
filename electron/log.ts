/** The log file: the whole cause of every error, and no secret. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import pino, { type Logger } from 'pino';

/** bytes; the file before it is kept beside it */
const largest = 10 * 2 ** 20;

export function openLog(folder: string): Logger {
  const logs = path.join(folder, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const file = path.join(logs, 'sideline.log');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largest) renameSync(file, path.join(logs, 'sideline.1.log'));
  return pino(
    {
      level: 'info',
      serializers: { error: pino.stdSerializers.errWithCause },
      redact: {
        paths: ['*.secretAccessKey', '*.sessionToken', '*.authorization', '*.headers.authorization'],
        remove: true,
      },
    },
    pino.destination({ dest: file, sync: true }),
  );
}
