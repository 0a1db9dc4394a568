/** Answers the calls about single objects. Links are made and used here: none reaches the window. */
import type { Buckets } from '../app/buckets.ts';
import { changeObject } from '../admin/objects/change.ts';
import { objectDetails, type DetailsDeps } from '../admin/objects/details.ts';
import { publicAddress } from '../admin/objects/public-address.ts';
import { restoreVersion } from '../admin/objects/restore.ts';
import { formPage, readLink, uploadForm, writeLink } from '../admin/objects/links.ts';
import type { AppDeps } from './app.ts';
import type { Handlers } from './handlers.ts';

export interface ObjectHandlersDeps extends DetailsDeps {
  buckets: Buckets;
  /** Puts a text into the clipboard. */
  copy(text: string): Promise<void>;
  askWhere: AppDeps['askWhere'];
  writeFile(file: string, text: string): Promise<void>;
  /** Asks where to; the task's id, or null when the person thought better of it. */
  saveVersion(of: { connectionId: number; key: string; versionId: string }): Promise<number | null>;
  /** Objects have changed: lists that show them are stale. */
  touched(connectionId: number, keys: readonly string[]): void;
}

type Calls =
  `objects.${'details' | 'change' | 'restore' | 'saveVersion'}` | `links.${'address' | 'read' | 'write' | 'form'}`;

/** One that hangs holds up nobody for ever. ms; `copy`: the store copies an object of any size for it */
const patience = { ask: 60_000, copy: 60 * 60_000 };

export function objectHandlers(deps: ObjectHandlersDeps): Pick<Handlers, Calls> {
  const { buckets } = deps;
  const signal = () => AbortSignal.timeout(patience.ask);
  return {
    async 'objects.details'({ connectionId, key, versionId }) {
      return await objectDetails(await buckets.of(connectionId), { key, versionId }, deps, signal());
    },
    async 'objects.change'({ connectionId, key, change, seen }) {
      const bucket = await buckets.of(connectionId);
      // What fails may have done something before that.
      await changeObject(bucket, key, change, AbortSignal.timeout(patience.copy), { seen }).finally(() =>
        deps.touched(connectionId, [key]),
      );
      return await objectDetails(bucket, { key, versionId: null }, deps, signal());
    },
    async 'objects.restore'({ connectionId, key, versionId }) {
      const bucket = await buckets.of(connectionId);
      await restoreVersion(bucket, key, versionId, AbortSignal.timeout(patience.copy)).finally(() =>
        deps.touched(connectionId, [key]),
      );
      return await objectDetails(bucket, { key, versionId: null }, deps, signal());
    },
    async 'objects.saveVersion'(of) {
      const taskId = await deps.saveVersion(of);
      return taskId === null ? null : { taskId };
    },
    async 'links.address'({ connectionId, key }) {
      const { storage } = await buckets.of(connectionId);
      await deps.copy(publicAddress(storage.connection, key, deps.destinations()));
      return null;
    },
    async 'links.read'({ connectionId, key, ...options }) {
      const { url, expiresAt } = await readLink(await buckets.of(connectionId), key, options);
      await deps.copy(url);
      return { expiresAt };
    },
    async 'links.write'({ connectionId, key, ...options }) {
      const { url, expiresAt } = await writeLink(await buckets.of(connectionId), key, options);
      await deps.copy(url);
      return { expiresAt };
    },
    async 'links.form'({ connectionId, limits }) {
      const form = await uploadForm(await buckets.of(connectionId), limits);
      const file = await deps.askWhere('upload.html');
      if (file === null) return null;
      await deps.writeFile(file, formPage(form));
      return { file, expiresAt: form.expiresAt };
    },
  };
}
