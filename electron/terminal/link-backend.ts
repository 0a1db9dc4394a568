/** sideline link over a backend: the address that it gives for a file, for a while or for ever. */
import type { BrokerConnection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { terminalBackend as words } from '../../shared/strings/terminal-backend.ts';
import { link as linkWords } from '../../shared/strings/terminal-objects.ts';
import { linkTo } from '../broker/reading.ts';
import { namedFiles } from './backend-files.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import type { LinkOptions } from './link.ts';
import { withBackend } from './open-backend.ts';

/** Throws `invalid-input` for what only a bucket has and where nothing has that name, `unsupported` where the backend gives no links. */
export function linkOverBackend(
  connection: BrokerConnection,
  name: string,
  { lifetime, ...options }: LinkOptions & { lifetime: number },
  env: Environment,
): Promise<0 | 3> {
  const { dataDir, json, event, upload, form, download, version } = options;
  if (upload || form !== undefined || download !== undefined || version !== undefined)
    throw new SidelineError('invalid-input', { subject: words.onlyPlainLinks });
  return withBackend(connection, dataDir, env, async ({ broker }, signal) => {
    const { files } = await namedFiles(broker, [name], { recursive: false, event }, signal);
    const [file] = files;
    if (file === undefined) throw new SidelineError('broker-missing', { subject: name });
    if (options.public && file.publicUrl === null) throw new SidelineError('unsupported', { subject: words.noAddress });
    const { url, expiresAt } =
      options.public && file.publicUrl !== null
        ? { url: file.publicUrl, expiresAt: null }
        : await linkTo(broker, file, lifetime, signal);
    const made = { url, expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString() };
    process.stdout.write(json ? jsonLine(made) : linkWords.made(made));
    return 0;
  });
}
