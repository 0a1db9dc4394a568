/** U: the storage takes the file in a form; the backend keeps a record with a status, by id, and wants to know how it went. */
import { SidelineError } from '../../shared/errors.ts';
import { fieldsOf, given, listOf, removedBy } from './answers.ts';
import type { Api, Call, Reply } from './api.ts';
import { idOf, named, refuseLarger } from './asked-values.ts';
import { nothing, type BrokerFile, type FileToPlace, type Kind } from './kind.ts';
import type { FileRef, Place } from './place.ts';
import type { SettingsOf } from '../../shared/broker-settings.ts';
import { expiresAt } from './validity.ts';

/** characters of a name and of a reason, as databases have columns for them */
const longestName = 255;
const longestReason = 500;

export function uploadModule(settings: SettingsOf<'upload-module'>, api: Api): Kind {
  const { paths, asks, gives, extra, largestFile, fileField } = settings;

  /** It can refuse with a status of success. Throws `broker-refused`. */
  async function ask(call: Call, signal: AbortSignal): Promise<Reply> {
    const reply = await api.ask(call, signal);
    if (gives.success === null || reply.value === undefined || Array.isArray(reply.value)) return reply;
    const wanted = { success: given.mayFlag(gives.success), error: given.mayText('error') };
    const { success, error } = fieldsOf(reply.value, wanted, reply.name);
    if (success !== false) return reply;
    throw new SidelineError('broker-refused', { subject: api.clean(error ?? reply.name) });
  }

  async function place(file: FileToPlace, signal: AbortSignal): Promise<Place> {
    refuseLarger(file, largestFile);
    const { prefix, public: shown } = file.values;
    const json = {
      ...extra.place,
      ...named([asks.fileName, shortened(file.name)], [asks.contentType, file.type]),
      ...named([asks.maxSize, Math.max(file.size, 1)], [asks.prefix, prefix]),
      ...named([asks.public, shown === undefined ? undefined : shown === 'true']),
    };
    const { value, name, ...times } = await ask({ method: 'POST', path: paths.start, json }, signal);
    const told = fieldsOf(
      value,
      {
        url: given.address(gives.url),
        fields: given.fields(gives.fields),
        id: given.id(gives.id),
        key: given.mayText(gives.key),
        publicUrl: given.mayAddress(gives.publicUrl),
      },
      name,
    );
    const send = { method: 'POST' as const, url: told.url, fields: told.fields, fileField, toBackend: false };
    return {
      ...{ id: told.id, key: told.key ?? null, publicUrl: told.publicUrl ?? null, values: {}, send },
      expiresAt: expiresAt({ send, ...times, said: null, usual: settings.life }),
      file: { name: file.name, type: file.type, size: file.size },
    };
  }

  /** Of a call about one record; null where the backend does not have it. */
  function about<A extends unknown[], T>(
    path: string | null,
    make: (at: { path: string; values: Record<string, string> }, ...rest: A) => Promise<T>,
  ): ((ref: FileRef, ...rest: A) => Promise<T>) | null {
    if (path === null) return null;
    return (ref, ...rest) => make({ path, values: { upload_id: idOf(ref) } }, ...rest);
  }

  const complete = about(paths.complete, async (at, signal: AbortSignal) => {
    await ask({ method: 'POST', ...at, json: extra.complete }, signal);
  });
  const failed = about(paths.failed, async (at, reason: string, signal: AbortSignal) => {
    const json = { [asks.reason]: reason.slice(0, longestReason).toWellFormed() };
    await ask({ method: 'POST', ...at, json }, signal);
  });
  const status = about(paths.status, async (at, signal: AbortSignal) => {
    const { value, name } = await ask({ method: 'GET', ...at }, signal);
    return fieldsOf(value, { status: given.text(gives.status) }, name).status;
  });
  const remove = about(
    paths.remove,
    async (at, signal: AbortSignal) => await removedBy(ask({ method: 'DELETE', ...at }, signal)),
  );
  const link = about(paths.link, async (at, lifetime: number, signal: AbortSignal) => {
    const query = texts([asks.presigned, 'true'], [asks.expires, String(lifetime)]);
    const { value, name, sentAt } = await ask({ method: 'GET', ...at, query }, signal);
    const { url } = fieldsOf(value, { url: given.address(gives.link) }, name);
    return { url, expiresAt: sentAt + lifetime * 1000 };
  });

  const listPath = paths.list;
  return {
    ...nothing,
    abilities: {
      ...{ kind: 'upload-module', sends: 'form', needs: [], takes: ['prefix', 'public'], details: false },
      ...{ completes: true, tellsFailure: failed !== null, hasStatus: status !== null, removes: remove !== null },
      ...{ links: link === null ? 'none' : asks.expires === null ? 'fixed' : 'chosen', reads: false },
      ...{ lists: listPath === null ? 'none' : 'by-prefix', hasSessions: false, largestFile },
    },
    ...{ place, complete, failed, status, remove, link },
    list:
      listPath === null
        ? null
        : async ({ prefix, limit }, signal) => {
            const query = texts([asks.listPrefix, prefix], [asks.listLimit, String(limit)]);
            const { value, name } = await ask({ method: 'GET', path: listPath, query }, signal);
            const { truncated } = fieldsOf(value, { truncated: given.mayFlag(gives.truncated) }, name);
            const files = listOf(value, gives.objects, name).map((one) => listed(one, gives, name));
            return { files, more: truncated ?? false };
          },
  };
}

function listed(value: unknown, gives: SettingsOf<'upload-module'>['gives'], name: string): BrokerFile {
  const { key, size, time, id } = fieldsOf(
    value,
    {
      key: given.text(gives.objectKey),
      size: given.number(gives.objectSize),
      time: given.mayText(gives.objectTime),
      id: given.mayId(gives.objectId),
    },
    name,
  );
  return {
    ...{ id: id ?? null, key, publicUrl: null, values: {}, type: null, size, title: null, description: null, tags: [] },
    ...{ createdAt: time ?? null, updatedAt: null },
  };
}

function texts(...fields: [name: string | null, value: string][]): Record<string, string> {
  return Object.fromEntries(fields.filter((field): field is [string, string] => field[0] !== null));
}

/** Its extension stays: the key gets it. */
function shortened(name: string): string {
  const well = name.toWellFormed();
  if (well.length <= longestName) return well;
  const [extension = ''] = /\.[^.]{1,10}$/.exec(well) ?? [];
  return `${well.slice(0, longestName - extension.length).toWellFormed()}${extension}`;
}
