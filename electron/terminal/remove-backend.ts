/** sideline rm over a backend: each file with its record, one by one; what this computer has sent is noted as deleted. */
import { confirm, isCancel, text } from '@clack/prompts';
import { mostUnasked } from '../../shared/deletion-confirmation.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import { asSidelineError, reasonOf, SidelineError } from '../../shared/errors.ts';
import { printable } from '../../shared/format.ts';
import { broker as brokerWords } from '../../shared/strings/broker.ts';
import { deletions } from '../../shared/strings/deletions.ts';
import { terminalBackend as words } from '../../shared/strings/terminal-backend.ts';
import { checkConfirmation } from '../admin/delete/confirmation.ts';
import type { BrokerFile } from '../broker/kind.ts';
import type { OpenedBroker } from '../broker/open.ts';
import { removeOverBroker } from '../broker/reading.ts';
import { removeSent } from '../engine/remove-sent.ts';
import { remedies } from '../engine/upload/retry.ts';
import { openJournal } from '../journal/open.ts';
import { nameOf, namedFiles, senderOf } from './backend-files.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { withBackend } from './open-backend.ts';
import type { RemoveOptions } from './remove.ts';
import type { ExitCode } from './work.ts';

type Outcome = 'deleted' | 'missing' | 'failed';

/**
 * With a video of a session all that this computer has sent to it. Done again it goes on. 1 where something failed, or a name is of
 * nothing. Throws `invalid-input` where it is not confirmed, `unsupported` where the backend cannot delete.
 */
export function removeAtBackend(
  connection: BrokerConnection,
  names: readonly string[],
  options: RemoveOptions,
  env: Environment,
): Promise<ExitCode> {
  const { dataDir, recursive, event, dryRun, yes } = options;
  if (options.versions) throw new SidelineError('invalid-input', { subject: words.noVersions });
  return withBackend(connection, dataDir, env, async (opened, signal) => {
    if (opened.broker.remove === null)
      throw new SidelineError('unsupported', { subject: brokerWords.reading.noRemoval });
    const { files, missing } = await namedFiles(opened.broker, names, { recursive, event }, signal);
    const tell = telling(options.json);
    if (dryRun) for (const file of files) tell.would(file);
    if (!dryRun && files.length > 0) {
      if (!yes && !(await isMeant(files, recursive))) return 0;
      await removeAll(opened, files, { dataDir, signal, tell: tell.of });
    }
    if (!recursive) for (const name of missing) tell.of({ id: null, key: name }, 'missing');
    return tell.isWell() ? 0 : 1;
  });
}

/** Throws `invalid-input` where much is meant, or a whole folder, and what was typed is not its number. */
async function isMeant(files: readonly BrokerFile[], recursive: boolean): Promise<boolean> {
  if (recursive || files.length > mostUnasked) {
    const wanted = { count: files.length, name: null };
    const typed = await text({ message: printable(deletions.ask(wanted)) });
    if (!isCancel(typed)) checkConfirmation(wanted, typed);
    else process.stdout.write(`${deletions.terminal.nothingDeleted}\n`);
    return !isCancel(typed);
  }
  const answer = await confirm({ message: printable(words.askDelete(files.map(nameOf))), initialValue: false });
  if (!isCancel(answer) && answer) return true;
  process.stdout.write(`${deletions.terminal.nothingDeleted}\n`);
  return false;
}

interface Removing {
  dataDir: string;
  signal: AbortSignal;
  tell: Tell;
}

async function removeAll(opened: OpenedBroker, files: readonly BrokerFile[], removing: Removing): Promise<void> {
  const { dataDir, signal, tell } = removing;
  const { connection, broker } = opened;
  const journal = openJournal({ folder: dataDir });
  try {
    const sender = senderOf(journal, connection.id);
    const deps = { journal, openBroker: () => Promise.resolve(opened), now: Date.now };

    async function removed(file: BrokerFile): Promise<boolean> {
      const transferId = sender(file);
      if (transferId === null || journal.receipt(transferId) === null)
        return (await removeOverBroker(broker, file, signal)) === 'removed';
      return (await removeSent(transferId, deps, signal)).removed > 0;
    }

    for (const file of files) {
      try {
        tell(file, (await removed(file)) ? 'deleted' : 'missing');
      } catch (error) {
        signal.throwIfAborted();
        if (['connection', 'login', 'network'].includes(remedies[asSidelineError(error).kind])) throw error;
        tell(file, 'failed', error);
      }
    }
  } finally {
    journal.close();
  }
}

type Tell = (file: Pick<BrokerFile, 'id' | 'key'>, outcome: Outcome, error?: unknown) => void;

function telling(json: boolean): { of: Tell; would(file: BrokerFile): void; isWell(): boolean } {
  let well = true;
  const write = (line: object, text: string) =>
    void process.stdout.write(json ? jsonLine(line) : `${printable(text)}\n`);
  return {
    would: ({ id, key, size }) => write({ id, key, size }, deletions.terminal.wouldDelete(nameOf({ id, key }))),
    of({ id, key }, outcome, error) {
      if (outcome !== 'deleted') well = false;
      const reason = outcome === 'failed' ? reasonOf(error) : null;
      const said = words.removed[outcome](nameOf({ id, key }));
      write({ id, key, outcome, reason }, reason === null ? said : `${said}: ${reason.message}`);
    },
    isWell: () => well,
  };
}
