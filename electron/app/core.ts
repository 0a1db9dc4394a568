/** All of the app but its window: composed here, so that it runs under plain Node too, with what it needs of Electron handed in. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AdminTask } from '../../shared/admin-tasks.ts';
import type { ConnectionConfig } from '../../shared/domain.ts';
import type { AppInfo, Events, EventName, FoundOnMachine, Progress } from '../../shared/ipc.ts';
import { reasonOf, type SidelineError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings.ts';
import { practice as practiceWords } from '../../shared/strings/practice.ts';
import type { Engine } from '../engine/engine.ts';
import { createDeletionPages } from '../admin/delete/past.ts';
import { sentFrom } from '../admin/objects/sent-from.ts';
import { createRightsBook } from '../admin/rights-book.ts';
import { createInspector } from '../engine/inspect/inspector.ts';
import type { SystemDecoder } from '../admin/preview/picture.ts';
import { createExports } from '../engine/export/exports.ts';
import type { StartImageProcess } from '../engine/prepare/image-host.ts';
import { createImagePreparer } from '../engine/prepare/prepare-images.ts';
import type { VideoStills } from '../engine/prepare/stills.ts';
import { appHandlers, type AppDeps } from '../ipc/app.ts';
import { browseHandlers } from '../ipc/browse.ts';
import { bucketCheckHandlers } from '../ipc/bucket-check.ts';
import { backendHandlers } from '../ipc/backends.ts';
import { connectionHandlers } from '../ipc/connections.ts';
import { deletionHandlers } from '../ipc/deletions.ts';
import { destinationHandlers } from '../ipc/destinations.ts';
import type { Handlers } from '../ipc/handlers.ts';
import { historyHandlers } from '../ipc/history.ts';
import { offerHandlers } from '../ipc/offers.ts';
import { objectHandlers } from '../ipc/objects.ts';
import { objectTransferHandlers } from '../ipc/object-transfers.ts';
import { taskHandlers } from '../ipc/tasks.ts';
import { settingsHandlers, withoutLogin } from '../ipc/settings.ts';
import { previewHandlers } from '../ipc/previews.ts';
import { orphanHandlers } from '../ipc/orphans.ts';
import { signInHandlers } from '../ipc/sign-ins.ts';
import { transferHandlers } from '../ipc/transfers.ts';
import { createHistoryList } from '../journal/history.ts';
import { createTransferList } from '../journal/list.ts';
import type { BackendCommand } from '../practice/backend-process.ts';
import { openSession, rescueText, type Session } from '../session.ts';
import { originOf } from '../storage/address.ts';
import { awsProfiles } from '../storage/aws-profiles.ts';
import { layeredSecrets, safeSecretStore, type Cipher } from '../storage/safe-secrets.ts';
import { createAdminTasks } from './admin-tasks.ts';
import { createBrowsing } from './browsing.ts';
import { createBucketChecks } from './bucket-checks.ts';
import { createBuckets } from './buckets.ts';
import { createDeletions } from './deletions.ts';
import { derivedOf } from './derived.ts';
import { diagnosticsText } from './diagnostics.ts';
import { createDownloads } from './downloads.ts';
import { createHistory } from './history.ts';
import { limitAt } from './limit-hours.ts';
import { createObjectTransfers } from './object-transfers.ts';
import { createOfferPlans } from './offer-plans.ts';
import { createOffers, type Offers } from './offers.ts';
import { createOrphanScans } from './orphan-scans.ts';
import { createPracticeBackend } from './practice-backend.ts';
import { bucketFolder, createPractice } from './practice.ts';
import { createPreviews, type Previews } from './previews.ts';
import { watchProgress } from './progress.ts';
import { createProxies, plainSetting } from './proxies.ts';
import { createProxyLogins } from './proxy-login.ts';
import { saveVersion } from './save-version.ts';
import { createSamples } from './samples.ts';
import { createSettings, type SettingsFile } from './settings-file.ts';
import { createSignIns } from './sign-ins.ts';
import { createUploads, type Uploads } from './uploads.ts';
import { createVerifying } from './verifying.ts';

/** What a dialog asks for: `sample` and `destinations` are one file, `target` is one folder that may be made there. */
export type Choice = 'files' | 'folder' | 'sample' | 'destinations' | 'target';

/** What the app needs of the system around it. */
export interface Surroundings {
  version: string;
  platform: AppInfo['platform'];
  env: Record<string, string | undefined>;
  /** better-sqlite3's addon, where its own prebuild does not fit the runtime */
  nativeBinding: string | undefined;
  /** how a process for images is started; undefined: by Node's fork */
  startImageProcess: StartImageProcess | undefined;
  /** what starts the practice backend; null: this app was not started from its sources */
  practiceBackend: BackendCommand | null;
  /** Makes what takes stills of videos; undefined: nothing here can. */
  openStills: ((log: Session['log']) => VideoStills) | undefined;
  /** what the system decodes and no library here does (HEIC); null: nothing */
  decodeImage: SystemDecoder | null;
  cipher: Cipher;
  secretsProtection(): FoundOnMachine['secrets'];
  /** The system's answer for an address, in the words of a PAC file. */
  resolveProxy(url: string): Promise<string>;
  /** The system's dialog: absolute paths, none when it was cancelled. */
  choose(kind: Choice): Promise<readonly string[]>;
  /** absolute path of the photo by which destinations are shown */
  samplePhoto: string;
  askWhere: AppDeps['askWhere'];
  openPath: AppDeps['openPath'];
  /** Shows a file in the system's file manager. */
  reveal(file: string): void;
  /** Puts a text into the clipboard. */
  copy(text: string): Promise<void>;
  /** Shows a web page in the system's browser. */
  openUrl(url: string): Promise<void>;
  /** Sends an event to the window, if there is one. */
  push<Name extends EventName>(name: Name, payload: Events[Name]): void;
}

export interface Core {
  session: Session;
  settings: SettingsFile;
  engine: Engine;
  uploads: Uploads;
  offers: Offers;
  handlers: Handlers;
  previews: Pick<Previews, 'answer'>;
  /** How many downloads, copies and deletions are under way: they are cut short when it closes. */
  tasksRunning(): number;
  /** Calls back with all tasks whenever the window is told of them. */
  onTasks(listener: (tasks: readonly AdminTask[]) => void): void;
  /** Calls back with what the window is told of the progress, at most four times a second. */
  onProgress(listener: (progress: Progress) => void): void;
  /** Goes on with what an earlier run left. With `practice` the practice bucket is started too. */
  start(options: { practice: boolean }): Promise<void>;
  /** Stops everything where it is, and closes the data folder. */
  close(): Promise<void>;
}

/** Opens the data folder. Throws what `openSession` throws. */
export function openCore(folder: string, around: Surroundings): Core {
  let broken: SidelineError | null = null;
  const listeners: ((progress: Progress) => void)[] = [];
  const proxies = createProxies({ setting: () => settings.get().proxy, resolve: around.resolveProxy });
  /** What is known of the proxy on the way is there before the first request. */
  const prepare = async (url: URL) => {
    await Promise.all([proxies.prepare(url), logins.load()]);
  };
  const session = openSession({
    ...{ folder, env: around.env, nativeBinding: around.nativeBinding, startImageProcess: around.startImageProcess },
    proxies: {
      ...{ prepare, proxyFor: proxies.proxyFor },
      loginFor: (proxy) => logins.loginFor(proxy),
      onChallenge: (challenge) => logins.challenged(challenge),
    },
    onSignIn: (connectionId, now) => signIns.changed(connectionId, now),
    secrets: (terminals, log) =>
      layeredSecrets(
        safeSecretStore({ file: path.join(folder, 'secrets.bin'), cipher: around.cipher, log }),
        terminals,
      ),
  });
  const { journal, log, secrets, agents } = session;
  const settings = createSettings(folder, log);
  const logins = createProxyLogins({
    ...{ secrets, log },
    push: (states) => around.push('proxies', states),
    onAnswer: reconnect,
  });
  const signIns = createSignIns({
    ...{ journal, agents, log, brokers: session.brokers },
    push: (states) => around.push('signIns', states),
  });
  const stills = around.openStills?.(log) ?? null;
  const engine = session.engine({
    concurrency: settings.get().concurrency,
    stills,
    onPerson() {
      logins.forgive();
      signIns.forgive();
    },
    onHeld(error, connectionId) {
      if (error.kind === 'sign-in-needed') signIns.needed(connectionId);
    },
    onOpen: () => logins.settle(isUsed),
    onSettled: (transfer) => browsing.settled(transfer),
    onBroken(error) {
      broken = error;
      progress.touch();
    },
  });
  const uploads = createUploads({ journal, engine, log, onChange: () => progress.touch() });
  const progress = watchProgress({
    journal,
    motion: () => engine.motion(),
    scanning: () => uploads.scanning(),
    broken: () => (broken === null ? null : reasonOf(broken)),
    push(now) {
      around.push('progress', now);
      for (const listener of listeners) listener(now);
    },
  });
  const driver = around.nativeBinding === undefined ? {} : { nativeBinding: around.nativeBinding };
  const list = createTransferList({ file: journal.file, ...driver, onStale: () => progress.touch() });
  const history = createHistory({
    ...{ journal, openStorage: session.openStorage, openBroker: session.brokers.open, bandwidth: engine.bandwidth },
  });
  const historyList = createHistoryList({ journal, ...driver });
  const exports = createExports({ folder, ...driver });
  const verifying = createVerifying({
    ...{ journal, openStorage: session.openStorage, openBroker: session.brokers.open },
    push: (done) => around.push('verifying', done),
  });
  const rights = createRightsBook((connectionId) =>
    around.push('rights', { connectionId, denials: rights.of(connectionId) }),
  );
  const buckets = createBuckets({ journal, openStorage: session.openStorage, rights });
  const browsing = createBrowsing({
    ...{ buckets, rights, journal },
    pushListings: (changed) => around.push('browsing', changed),
    pushCount: (count) => around.push('counting', count),
  });
  const taskListeners: ((tasks: readonly AdminTask[]) => void)[] = [(all) => around.push('tasks', [...all])];
  const tasks = createAdminTasks({ log, push: (all) => taskListeners.forEach((told) => told(all)) });
  const chooseFolder = async () => (await around.choose('target'))[0] ?? null;
  const downloads = createDownloads({ buckets, tasks, chooseFolder, bandwidth: engine.bandwidth });
  const transfers = createObjectTransfers({
    ...{ dataFolder: folder, buckets, tasks, bandwidth: engine.bandwidth, listings: browsing },
  });
  const checks = createBucketChecks({
    ...{ buckets, journal, log, dataFolder: folder },
    push: (reading) => around.push('checking', reading),
  });
  const orphans = createOrphanScans({
    ...{ buckets, journal, tasks, log, folder: path.join(folder, 'orphans'), openBroker: session.brokers.open },
    push: (scan) => around.push('orphans', scan),
  });
  const deletionPages = createDeletionPages(folder);
  const deletions = createDeletions({
    ...{ dataFolder: folder, buckets, journal, tasks, connections: () => journal.connections() },
    push: (survey) => around.push('surveying', survey),
    ...{ onRemoved: browsing.removed, onTouched: browsing.touched },
  });
  const backend =
    around.practiceBackend === null
      ? null
      : createPracticeBackend({
          ...{ command: around.practiceBackend, journal, brokers: session.brokers },
          folder: path.join(bucketFolder(folder), 'backend'),
          onFailure(error) {
            log.warn({ error }, 'the practice backend did not start');
            around.push('notice', { level: 'warning', text: practiceWords.backendFailed });
          },
        });
  const practice = createPractice({ journal, secrets, folder, backend });
  const offers = createOffers(session.inspections);
  const plans = createOfferPlans({ journal, offers, push: (planning) => around.push('planning', planning) });

  // Apart from the engine's: what is shown while somebody types holds up no upload, and no upload holds it up.
  const samples = createSamples({
    ...{ photo: around.samplePhoto, folder: path.join(folder, 'samples') },
    inspector: createInspector({ threads: 1, log }),
    images: createImagePreparer({
      ...{ log, concurrency: 1 },
      ...(around.startImageProcess === undefined ? {} : { start: around.startImageProcess }),
    }),
  });

  // Apart too: what somebody looks at is small, and there may be many of it.
  const previews = createPreviews({
    ...{ buckets, stills, log, openPath: around.openPath, decode: around.decodeImage },
    folders: { thumbs: path.join(folder, 'thumbs'), opened: path.join(folder, 'opened') },
    images: createImagePreparer({
      ...{ log, concurrency: 2 },
      ...(around.startImageProcess === undefined ? {} : { start: around.startImageProcess }),
    }),
    derived: (connectionId, object) => derivedOf(journal, connectionId, object),
  });

  const info = (): AppInfo => ({
    ...{ version: around.version, platform: around.platform },
    ...{ dataFolder: folder, logFolder: path.join(folder, 'logs'), practiceFolder: practice.folder() },
    notice: rescueText(journal.rescued),
  });

  const handlers: Handlers = {
    ...appHandlers({
      ...{ info, openPath: around.openPath, askWhere: around.askWhere },
      diagnostics: () =>
        diagnosticsText({
          ...{ version: around.version, folder, journal, secrets, env: around.env },
          settings: settings.get,
          logins: async () => {
            await logins.load();
            return logins.known();
          },
        }),
    }),
    ...offerHandlers({ journal, offers, plans, uploads, choose: around.choose }),
    ...transferHandlers({ journal, engine, uploads, progress, list, reveal: around.reveal }),
    ...connectionHandlers({
      ...{ journal, secrets, agents, practice, prepare, logins },
      rename: (id, name) => journal.renameConnection(id, name),
      profiles: awsProfiles,
      protection: around.secretsProtection,
      async forget(id) {
        session.brokers.forget(id);
        buckets.forget(id);
        browsing.follow();
        await engine.reopen(id);
      },
      onChange: connectionsChanged,
    }),
    ...backendHandlers({
      ...{ journal, secrets, agents, practice, prepare, logins, signIns, brokers: session.brokers },
      rename: (id, name) => journal.renameConnection(id, name),
      forget: (id) => engine.reopen(id),
      onChange: connectionsChanged,
    }),
    ...signInHandlers(signIns),
    ...destinationHandlers({
      ...{ journal, samples, askWhere: around.askWhere },
      chooseFile: async (kind) => (await around.choose(kind))[0] ?? null,
      onChange: destinationsChanged,
    }),
    ...historyHandlers({
      ...{ history, list: historyList, verifying, exports },
      ...{ askWhere: around.askWhere, copy: around.copy, openUrl: around.openUrl },
      onRemoved: () => progress.touch(),
    }),
    ...objectHandlers({
      ...{ buckets, copy: around.copy, askWhere: around.askWhere },
      destinations: () => journal.destinations(),
      receipt: sentFrom(journal),
      saveVersion: (of) => saveVersion({ buckets, tasks, bandwidth: engine.bandwidth, askWhere: around.askWhere }, of),
      writeFile: (file, text) => writeFile(file, text, 'utf8'),
      touched: browsing.touched,
    }),
    ...previewHandlers(previews),
    ...browseHandlers({ journal, secrets, browsing, onChange: connectionsChanged }),
    ...deletionHandlers({
      ...{ dataFolder: folder, deletions, pages: deletionPages, askWhere: around.askWhere },
      selected: browsing.selected,
    }),
    ...objectTransferHandlers({ downloads, transfers, selected: browsing.selected }),
    ...taskHandlers(tasks, around.reveal),
    ...bucketCheckHandlers({ checks, askWhere: around.askWhere }),
    ...orphanHandlers({
      ...{ scans: orphans, askWhere: around.askWhere },
      survey: (connectionId, keys) => deletions.survey(connectionId, { what: 'objects', keys, prefixes: [] }),
    }),
    ...settingsHandlers({ settings, logins }),
  };

  function connectionsChanged(): void {
    buckets.follow();
    browsing.follow();
    const all = journal.connections().map((one) => ({ ...one, practice: practice.isPractice(one) }));
    around.push('connections', all);
    signIns.follow();
    progress.touch();
  }

  /** They may lock connections to folders, or no longer. */
  function destinationsChanged(): void {
    buckets.follow();
    browsing.follow();
    around.push('destinations', journal.destinations());
  }

  const stopFollowing = followSettings({ settings, engine, onProxy: () => reconnect() });
  settings.onChange((now) => around.push('settings', withoutLogin(now)));

  const proxyOf = (config: ConnectionConfig) => agents.proxyOf(originOf(config));
  const isUsed = (proxy: string) => journal.connections().some(({ config }) => proxyOf(config) === proxy);

  /** The settings of an earlier Sideline, or a hand, may hold a proxy's password in clear. */
  async function hideLogin(): Promise<void> {
    const now = settings.get();
    if (plainSetting(now.proxy).found === null) return;
    try {
      await handlers['settings.set'](now);
    } catch (error) {
      log.warn({ error }, "the proxy's password stays in the settings");
    }
  }

  /** All connections, or those behind this proxy, begin anew. */
  function reconnect(proxy?: string): void {
    agents.destroy(proxy);
    for (const { id, config } of journal.connections()) {
      if (proxy !== undefined && proxyOf(config) !== proxy) continue;
      engine.reopen(id).catch((error: unknown) => log.error({ connection: id, error }, 'a line was not opened anew'));
    }
  }

  return {
    ...{ session, settings, engine, uploads, offers, handlers, previews },
    tasksRunning: tasks.running,
    onTasks: (listener) => void taskListeners.push(listener),
    onProgress: (listener) => void listeners.push(listener),
    async start(options) {
      await hideLogin();
      if (options.practice || practice.isKnown()) await practice.start();
      connectionsChanged();
      around.push('destinations', journal.destinations());
      await uploads.start();
    },
    async close() {
      stopFollowing();
      history.close();
      signIns.close();
      progress.stop();
      checks.close();
      await Promise.all([uploads.close(), tasks.close(), orphans.close(), deletions.close(), deletionPages.close()]);
      browsing.closeAll();
      buckets.close();
      await Promise.all([list.close(), historyList.close(), exports.close(), verifying.close()]);
      await Promise.all([samples.close(), previews.close()]);
      await practice.stop();
      session.close();
    },
  };
}

interface Following {
  settings: SettingsFile;
  engine: Engine;
  /** another proxy holds from now on */
  onProxy(): void;
}

/** Returns what ends it. */
function followSettings({ settings, engine, onProxy }: Following): () => void {
  let timer: NodeJS.Timeout | undefined;
  let before: Settings = settings.get();

  function limit(): void {
    clearTimeout(timer);
    const { rate, changesIn } = limitAt(settings.get(), new Date());
    engine.bandwidth.limit = rate;
    // The clock may be set, and the computer may sleep: it is looked at again within a minute.
    if (changesIn !== null) timer = setTimeout(limit, Math.min(changesIn, 60_000));
  }

  limit();
  const stop = settings.onChange((now) => {
    limit();
    engine.setConcurrency(now.concurrency);
    if (JSON.stringify(now.proxy) !== JSON.stringify(before.proxy)) onProxy();
    before = now;
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
