/** P: the backend takes the file itself, in a form with what is said of it, and keeps a record that can be listed, read and deleted. */
import { fieldsOf, given, listOf, removedBy } from './answers.ts';
import type { Api } from './api.ts';
import { idOf, named, refuseLarger, valueOf } from './asked-values.ts';
import { nothing, type BrokerFile, type FileToPlace, type Kind, type ListQuery, type Page } from './kind.ts';
import type { FileRef, Place } from './place.ts';
import type { SettingsOf } from '../../shared/broker-settings.ts';

/** of a page, where all records are looked through */
const pageSize = 100;
/** The two clocks are compared by an answer's Date, to the second. ms */
const clockTolerance = 5_000;

export function plugs(settings: SettingsOf<'plugs'>, api: Api): Kind {
  const { paths, asks, gives, extra, largestFile } = settings;
  const sendingName = `POST ${paths.media}`;
  const content = paths.stream ?? paths.download;

  /** Nothing is asked: the file goes where all of the event go. */
  function place(file: FileToPlace): Place {
    refuseLarger(file, largestFile);
    const values = { event_id: valueOf(file.values, 'event_id') };
    const { title, description, tags } = file.details;
    const fields = {
      ...Object.fromEntries(Object.entries(extra.place).map(([name, value]) => [name, String(value)])),
      ...textsOf([asks.title, title], [asks.description, description], [asks.tags, joined(tags)]),
    };
    const url = api.addressOf({ path: paths.media, values });
    return {
      ...{ id: null, key: null, publicUrl: null, values, expiresAt: null },
      send: { method: 'POST', url, fields, fileField: asks.file, toBackend: true },
      file: { name: file.name, type: file.type, size: file.size },
    };
  }

  async function list(
    { values, type, skip, limit }: ListQuery,
    signal: AbortSignal,
  ): Promise<Page & { ahead: number }> {
    const event = { event_id: valueOf(values, 'event_id') };
    const query = textsOf([asks.fileType, type ?? ''], [asks.skip, String(skip)], [asks.limit, String(limit)]);
    const call = { method: 'GET' as const, path: paths.media, values: event, query };
    const { value, name, sentAt, serverTime } = await api.ask(call, signal);
    const files = listOf(value, gives.items, name).map((one) => fileOf(one, gives, event, name));
    return { files, more: files.length >= limit, ahead: serverTime === null ? 0 : serverTime - sentAt };
  }

  async function alike(place: Place, begunAt: number, signal: AbortSignal): Promise<BrokerFile[]> {
    const found: BrokerFile[] = [];
    const seen = new Set<string | null>();
    const { values, file } = place;
    for (let skip = 0, more = true; more; skip += pageSize) {
      const page = await list({ values, type: file.type, prefix: '', skip, limit: pageSize }, signal);
      const [first] = page.files;
      if (first === undefined || seen.has(first.id)) break; // a backend that does not page gives the same again
      seen.add(first.id);
      const since = begunAt + page.ahead - clockTolerance;
      found.push(...page.files.filter((one) => isAlike(one, place, since, asks)));
      more = page.more && asks.skip !== null;
    }
    return found;
  }

  const at = ({ id, values }: FileRef) => ({ event_id: valueOf(values, 'event_id'), media_id: idOf({ id }) });
  const { remove } = paths;
  return {
    ...nothing,
    abilities: {
      ...{ kind: 'plugs', sends: 'form-to-backend', needs: ['event_id'], takes: [], details: true },
      ...{ completes: false, tellsFailure: false, hasStatus: false, removes: remove !== null, links: 'none' },
      ...{ lists: 'by-type', reads: content !== null, hasSessions: false, largestFile },
    },
    place: (file) => new Promise((resolve) => resolve(place(file))),
    sendingName,
    kept: (value, { values }) => fileOf(value, gives, values, sendingName),
    list: async (query, signal) => {
      const { files, more } = await list(query, signal);
      return { files, more };
    },
    alike,
    remove:
      remove === null
        ? null
        : (ref, signal) => removedBy(api.ask({ method: 'DELETE', path: remove, values: at(ref) }, signal)),
    read:
      content === null
        ? null
        : (ref, range, signal) => {
            const headers = { accept: '*/*', ...(range === null ? {} : { range }) };
            return api.open({ method: 'GET', path: content, values: at(ref), headers }, signal);
          },
  };
}

type Gives = SettingsOf<'plugs'>['gives'];

function fileOf(value: unknown, gives: Gives, values: Record<string, string>, name: string): BrokerFile {
  const told = fieldsOf(
    value,
    {
      id: given.id(gives.id),
      url: given.mayAddress(gives.url),
      key: given.mayText(gives.key),
      type: given.text(gives.type),
      size: given.number(gives.size),
      title: given.mayText(gives.title),
      description: given.mayText(gives.description),
      tags: given.mayTags(gives.tags),
      createdAt: given.mayText(gives.createdAt),
      updatedAt: given.mayText(gives.updatedAt),
    },
    name,
  );
  return {
    ...{ id: told.id, key: told.key ?? null, publicUrl: told.url ?? null, values: { ...values } },
    ...{ type: told.type, size: told.size, title: told.title ?? null, description: told.description ?? null },
    ...{ tags: told.tags ?? [], createdAt: told.createdAt ?? null, updatedAt: told.updatedAt ?? null },
  };
}

/** A record without a time may be new. `since` in ms since 1970 by the backend's clock */
function isAlike(one: BrokerFile, { file, send }: Place, since: number, asks: SettingsOf<'plugs'>['asks']): boolean {
  const sent = (name: string | null) => (name === null || send.method === 'PUT' ? '' : (send.fields[name] ?? ''));
  const created = Date.parse(one.createdAt ?? '');
  return (
    one.size === file.size &&
    one.type === file.type &&
    !(created < since) &&
    (one.title ?? '') === sent(asks.title) &&
    (one.description ?? '') === sent(asks.description) &&
    joined(one.tags) === sent(asks.tags)
  );
}

/** They travel with commas between them: a comma in one would make it two. */
function joined(tags: readonly string[]): string {
  return tags
    .map((tag) => tag.replaceAll(',', ' ').trim())
    .filter((tag) => tag !== '')
    .join(',');
}

/** Those that have a name and are not empty. */
function textsOf(...fields: [name: string | null, text: string][]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(named(...fields)).flatMap(([name, text]) => (text === '' ? [] : [[name, String(text)]])),
  );
}
