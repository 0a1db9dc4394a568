/** One text about this Sideline for whoever helps: what runs where, set how, what became of the files, and the log. */
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { transferStates, type Connection, type Credentials, type TransferState } from '../../shared/domain.ts';
import type { Settings } from '../../shared/settings.ts';
import { sumTotals } from '../engine/engine.ts';
import { nextTurn } from '../engine/queue.ts';
import type { Journal } from '../journal/journal.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';
import { createRedactor, shortId, type Known } from './redact.ts';
import { systemCode } from '../system-code.ts';

export interface DiagnosticsDeps {
  version: string;
  /** the data folder; the logs are in `logs` of it */
  folder: string;
  journal: Pick<Journal, 'batches' | 'connections' | 'totals' | 'transfers'>;
  secrets: SecretStore;
  settings: () => Settings;
  /** of proxies */
  logins?: () => Promise<{ username: string; password: string }[]>;
  /** of the process: keys and proxies may be there too */
  env: Record<string, string | undefined>;
  home?: string;
  now?: () => Date;
}

const logLines = 2000;
/** bytes that are read of the end of a log at most */
const logBytes = 16 * 2 ** 20;
const atOnce = 500;

/** Everything secret is removed, also from names and log lines: see redact.ts. Rejects where the journal cannot be read. */
export async function diagnosticsText(deps: DiagnosticsDeps): Promise<string> {
  const keys = await keysOf(deps);
  const redact = createRedactor(knownOf(deps, keys, (await deps.logins?.()) ?? []));
  const about = {
    made: (deps.now?.() ?? new Date()).toISOString(),
    version: deps.version,
    versions: process.versions,
    system: systemOf(),
    dataFolder: deps.folder,
    settings: deps.settings(),
    connections: keys.map(describe),
    ...(await transfersOf(deps.journal)),
  };
  const lines = await lastLines(path.join(deps.folder, 'logs'));
  const log: string[] = [];
  for (let at = 0; at < lines.length; at += 50) {
    log.push(redact(lines.slice(at, at + 50).join('\n')));
    await nextTurn();
  }
  return `Sideline diagnostics\n\n${redact(JSON.stringify(about, null, 2))}\n\nThe last ${lines.length} lines of the log\n\n${log.join('\n')}\n`;
}

function systemOf() {
  return {
    platform: process.platform,
    release: os.release(),
    arch: process.arch,
    processors: os.cpus().length,
    memory: os.totalmem(),
    freeMemory: os.freemem(),
    uptimeSeconds: Math.round(process.uptime()),
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

type Logins = readonly { username: string; password: string }[];

interface Keys {
  connection: Connection;
  credentials: Credentials | null;
  /** why they could not be read; null: they could, or there are none */
  trouble: string | null;
}

async function keysOf({ journal, secrets }: DiagnosticsDeps): Promise<Keys[]> {
  return await Promise.all(
    journal.connections().map(async (connection) => {
      try {
        return { connection, credentials: await secrets.get(secretName(connection.id)), trouble: null };
      } catch (error) {
        return { connection, credentials: null, trouble: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

function describe({ connection, credentials, trouble }: Keys) {
  return {
    ...connection,
    storedKey: trouble ?? (credentials === null ? 'none' : 'there'),
    accessKeyId: credentials === null ? null : shortId(credentials.accessKeyId),
  };
}

function knownOf(
  { env, settings, home = os.homedir() }: DiagnosticsDeps,
  keys: readonly Keys[],
  logins: Logins,
): Known {
  const stored = keys.flatMap(({ credentials }) => credentials ?? []);
  const { proxy } = settings();
  const proxies = [
    ...(proxy.use === 'address' ? [proxy.address] : []),
    ...Object.entries(env).flatMap(([name, value]) => (/_proxy$/i.test(name) && value !== undefined ? [value] : [])),
  ];
  const secretVariable = /secret|token|password|passwd/i;
  return {
    secrets: [
      ...stored.flatMap(({ secretAccessKey, sessionToken = '' }) => [secretAccessKey, sessionToken]),
      ...proxies.flatMap(passwordsOf),
      // together too: that is what is encoded for the proxy
      ...logins.flatMap(({ username, password }) => [password, `${username}:${password}`]),
      ...Object.entries(env).flatMap(([name, value]) =>
        secretVariable.test(name) && isSecretLong(value) ? [value] : [],
      ),
    ],
    accessKeyIds: [...stored.map(({ accessKeyId }) => accessKeyId), env.AWS_ACCESS_KEY_ID ?? ''],
    home,
  };
}

/** A variable that only sounds secret holds a flag or a number at times: taking every 1 out would leave nothing to read. */
function isSecretLong(value: string | undefined): value is string {
  return value !== undefined && value.length >= 6;
}

/** As it is written, and as it is meant. */
function passwordsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { password } = new URL(address);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password]; // it has a % that encodes nothing
  }
}

interface ReasonCount {
  state: TransferState;
  kind: string;
  /** of the first such transfer */
  message: string;
  files: number;
}

async function transfersOf(journal: DiagnosticsDeps['journal']) {
  const batches = journal.batches();
  const totals = sumTotals(batches.map(({ id }) => journal.totals(id)));
  const reasons = new Map<string, ReasonCount>();
  const states = transferStates.filter((state) => state !== 'done' && totals[state].files > 0);
  for (let after = 0; states.length > 0;) {
    const page = journal.transfers({ states, after, limit: atOnce });
    for (const { state, reason } of page) if (reason !== null) count(reasons, state, reason);
    const last = page.at(-1);
    if (last === undefined || page.length < atOnce) break;
    after = last.id;
    await nextTurn();
  }
  return { batches: batches.length, totals, reasons: [...reasons.values()] };
}

function count(
  reasons: Map<string, ReasonCount>,
  state: TransferState,
  reason: { kind: string; message: string },
): void {
  const name = `${state} ${reason.kind}`;
  const { files } = reasons.get(name) ?? { files: 0 };
  const message = reasons.get(name)?.message ?? reason.message;
  reasons.set(name, { state, kind: reason.kind, message, files: files + 1 });
}

async function lastLines(folder: string): Promise<string[]> {
  const now = await tail(path.join(folder, 'sideline.log'));
  const earlier = now.length < logLines ? await tail(path.join(folder, 'sideline.1.log')) : [];
  return [...earlier, ...now].slice(-logLines);
}

/** What cannot be read says so in its place. */
async function tail(file: string): Promise<string[]> {
  try {
    return await wholeLinesAtEnd(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    return [`(${path.basename(file)} cannot be read: ${error instanceof Error ? error.message : String(error)})`];
  }
}

/** Half a line may hold half a secret, which would not be recognised as one. */
async function wholeLinesAtEnd(file: string): Promise<string[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - logBytes);
    const bytes = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    const lines = bytes.toString('utf8', 0, bytesRead).split('\n');
    if (start > 0) lines.shift();
    return lines.filter((line) => line !== '');
  } finally {
    await handle.close();
  }
}
