/** sideline history delete: what was sent over a backend, deleted there with its record. */
import { confirm, isCancel } from '@clack/prompts';
import { SidelineError } from '../../shared/errors.ts';
import { printable } from '../../shared/format.ts';
import { terminalBackend as words } from '../../shared/strings/terminal-backend.ts';
import { removeSent } from '../engine/remove-sent.ts';
import type { Session } from '../session.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { refuseWindowKey } from './window-keys.ts';
import { openTold } from './open-session.ts';

export interface RemoveSentOptions {
  dataDir: string;
  json: boolean;
  /** it is not asked for */
  yes: boolean;
}

/** `ids`: of transfers, as "history" shows them. Throws `invalid-input`, and what a backend and the network can cause. */
export async function removeFromHistory(
  ids: readonly number[],
  { dataDir, json, yes }: RemoveSentOptions,
  env: Environment,
): Promise<0> {
  const session = openTold({ folder: dataDir, env });
  try {
    const keys = await knownKeys(session, ids);
    if (!yes && !(await isMeant(keys))) return 0;
    for (const id of ids) {
      const { removed } = await removeSent(
        id,
        { journal: session.journal, openBroker: session.brokers.open, now: Date.now },
        AbortSignal.timeout(60_000),
      );
      const key = keys.get(id) ?? '';
      process.stdout.write(json ? jsonLine({ id, key, removed }) : `${printable(words.deleted(key))}\n`);
    }
  } finally {
    session.close();
  }
  return 0;
}

/** Of all, before anything is deleted. */
async function knownKeys({ journal, folder, secrets }: Session, ids: readonly number[]): Promise<Map<number, string>> {
  const keys = new Map<number, string>();
  for (const id of ids) {
    const row = journal.historyRow(id);
    if (row === null) throw new SidelineError('invalid-input', { subject: words.notSent(id) });
    await refuseWindowKey(journal.connection(row.connectionId), { folder, secrets });
    keys.set(id, row.key);
  }
  return keys;
}

async function isMeant(keys: ReadonlyMap<number, string>): Promise<boolean> {
  if (!process.stdin.isTTY) throw new SidelineError('invalid-input', { subject: words.sayYes });
  const answer = await confirm({ message: words.askDelete([...keys.values()].map(printable)), initialValue: false });
  return !isCancel(answer) && answer;
}
