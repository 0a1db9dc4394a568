/** sideline ls over a backend: what it lists, by prefix or by event and type, page by page as it comes. */
import { formatBytes, printable } from '../../shared/format.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { terminalBackend as words } from '../../shared/strings/terminal-backend.ts';
import type { BrokerFile } from '../broker/kind.ts';
import { listFiles } from '../broker/reading.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { withBackend } from './open-backend.ts';

export interface ListBackendOptions {
  dataDir: string;
  json: boolean;
  /** where the backend lists by event */
  event?: string | undefined;
  /** media type, where it lists by type */
  type?: string | undefined;
}

/**
 * Only reads the journal: it works while another Sideline uploads. Throws `unsupported` where the backend has no list,
 * `invalid-input` where it wants to know the event, and what the backend and the network can cause.
 */
export function listBackend(
  connection: BrokerConnection,
  prefix: string,
  { dataDir, json, event, type }: ListBackendOptions,
  env: Environment,
): Promise<0 | 3> {
  return withBackend(connection, dataDir, env, async ({ broker }, signal) => {
    if (broker.abilities.lists === 'by-type' && event === undefined)
      throw new SidelineError('invalid-input', { subject: words.eventNeeded });
    const values: Record<string, string> = event === undefined ? {} : { event_id: event };
    let rest = false;
    for await (const { files, more } of listFiles(
      broker,
      { values, type: type ?? null, prefix, most: Infinity },
      signal,
    )) {
      for (const file of files) process.stdout.write(json ? jsonLine(file) : `${line(file)}\n`);
      rest = more;
    }
    if (rest && !json) process.stdout.write(`${words.moreListed}\n`);
    return 0;
  });
}

function line({ id, key, size, createdAt, title }: BrokerFile): string {
  const name = key ?? id ?? '';
  const said = title === null || title === '' ? '' : `  ${title}`;
  const bytes = size === null ? '' : formatBytes(size);
  return printable(`${(createdAt ?? '').padEnd(24)}  ${bytes.padStart(9)}  ${name}${said}`);
}
