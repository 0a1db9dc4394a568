/** What the window and the terminal alike start from: the data folder, its journal and log, an engine over them. */
import path from 'node:path';
import type { Logger } from 'pino';
import { asS3 } from '../shared/connection-kind.ts';
import type { Connection } from '../shared/domain.ts';
import { createBrokers, type Brokers } from './broker/open.ts';
import type { SignInChange } from './broker/sign-in.ts';
import { createEngine, type Engine, type EngineOptions } from './engine/engine.ts';
import { createInspections, type Inspections } from './engine/inspect/inspections.ts';
import { createInspector } from './engine/inspect/inspector.ts';
import type { StartImageProcess } from './engine/prepare/image-host.ts';
import { createImagePreparer } from './engine/prepare/prepare-images.ts';
import { openJournal, type OpenedJournal } from './journal/open.ts';
import type { RescueReport } from './journal/rescue.ts';
import { openLog } from './log.ts';
import { addressOf } from './storage/address.ts';
import { createAgents, type AgentOptions, type Agents } from './storage/agents.ts';
import { probeCapabilities } from './storage/capabilities.ts';
import { credentialSource } from './storage/credentials.ts';
import { fileSecretStore, type SecretStore } from './storage/secrets.ts';
import { openStorage, type Storage } from './storage/storage.ts';

export interface Session {
  folder: string;
  journal: OpenedJournal;
  log: Logger;
  secrets: SecretStore;
  agents: Agents;
  inspections: Inspections;
  /** Throws `invalid-input` where it is no bucket. */
  openStorage(connection: Connection): Promise<Storage>;
  brokers: Brokers;
  engine(options?: Partial<EngineOptions>): Engine;
  close(): void;
}

export interface SessionOptions {
  folder: string;
  env: Record<string, string | undefined>;
  /** better-sqlite3's addon, where its own prebuild does not fit the runtime */
  nativeBinding?: string | undefined;
  /** how a process for images is started, if not by Node's fork */
  startImageProcess?: StartImageProcess | undefined;
  /** Where typed-in keys are kept; by default a file that only its owner can read. */
  secrets?: (terminals: SecretStore, log: Logger) => SecretStore;
  proxies?: {
    /** called before the first request to an address */
    prepare(url: URL): Promise<void>;
    /** An address, null for none, undefined where the environment decides. */
    proxyFor(url: URL): string | null | undefined;
  } & Pick<AgentOptions, 'loginFor' | 'onChallenge'>;
  /** Somebody has signed in to a backend or out of it, or has to. */
  onSignIn?: (connectionId: number, now: SignInChange) => void;
}

/** Opens the data folder as its one writer. Throws what `openJournal` throws. */
export function openSession(options: SessionOptions): Session {
  const { folder, env, nativeBinding, proxies, startImageProcess } = options;
  const journal = openJournal(nativeBinding === undefined ? { folder } : { folder, nativeBinding });
  const log = openLog(folder);
  const terminals = fileSecretStore(path.join(folder, 'secrets.json'));
  const secrets = options.secrets?.(terminals, log) ?? terminals;
  const agents = createAgents(env, proxies);
  const inspections = createInspections(createInspector({ threads: 2, log }));
  const open = async (any: Connection): Promise<Storage> => {
    const connection = asS3(any);
    await proxies?.prepare(addressOf(connection.config).origin);
    return openStorage({ connection, credentials: credentialSource(connection, secrets), agents });
  };
  const brokers = createBrokers({ secrets, agents, prepare: proxies?.prepare });
  return {
    folder,
    journal,
    log,
    secrets,
    agents,
    inspections,
    openStorage: open,
    brokers,
    engine: (ofEngine = {}) => {
      const engine = createEngine({
        journal,
        log,
        openStorage: open,
        openBroker: brokers.open,
        inspections,
        images: createImagePreparer(startImageProcess === undefined ? { log } : { log, start: startImageProcess }),
        stills: null,
        preparedFolder: path.join(folder, 'prepared'),
        probe: (storage, prefix, signal) => probeCapabilities(storage, { prefix, agents, signal }),
        ...ofEngine,
      });
      brokers.onSignIn((connectionId, now) => {
        if (now === 'in') engine.signedIn();
        options.onSignIn?.(connectionId, now);
      });
      return engine;
    },
    close() {
      agents.destroy();
      // Its threads end by themselves; nobody waits for what they were asked.
      inspections.close().catch((error: unknown) => log.error({ error }, 'the inspector did not close'));
      journal.close();
    },
  };
}

/** What was done about a damaged journal, in words; null when there is nothing to say. */
export function rescueText(rescued: RescueReport | null): string | null {
  if (rescued === null) return null;
  const { restored, setAside, fromBackup } = rescued;
  const transfers = restored.transfers ?? 0;
  const outcome =
    transfers === 0
      ? 'Nothing of it could be read.'
      : `${transfers} transfers were restored${fromBackup > 0 ? ', some of them from the last backup' : ''}; what is unfinished is checked at the storage before it is sent.`;
  return setAside === null
    ? `The journal was missing. ${outcome}`
    : `The journal was damaged and has been set aside as ${setAside}. ${outcome}`;
}
