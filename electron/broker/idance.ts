/** I: a session, to which a video and its thumbnail belong, each by a signed PUT; the session is completed with both. */
import mime from 'mime';
import { SidelineError } from '../../shared/errors.ts';
import { plainType } from '../../shared/media-type.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import { fieldsOf, given, removedBy } from './answers.ts';
import type { Api } from './api.ts';
import { keyOf, named, refuseLarger, valueOf } from './asked-values.ts';
import { nothing, type FileToPlace, type Kind, type Sessions } from './kind.ts';
import type { OwnKeys } from './own-keys.ts';
import type { FileRef, Place } from './place.ts';
import type { SettingsOf } from '../../shared/broker-settings.ts';
import { headersOf } from './signed-put.ts';
import { expiresAt } from './validity.ts';

const MiB = 2 ** 20;

export function idance(settings: SettingsOf<'idance'>, api: Api, own: OwnKeys): Kind {
  const { paths, asks, gives, extra, largestFile } = settings;

  async function place(file: FileToPlace, signal: AbortSignal): Promise<Place> {
    refuseLarger(file, largestFile);
    const part = partOf(file.type);
    const sessionId = valueOf(file.values, 'session_id');
    const megabytes = part === 'video' ? Math.ceil((file.size / MiB) * 100) / 100 : undefined;
    const json = {
      ...extra.place,
      ...named([asks.sessionId, sessionId], [asks.extension, extensionOf(file)]),
      ...named([asks.contentType, file.type], [asks.megabytes, megabytes]),
    };
    const { value, name, ...times } = await api.ask({ method: 'POST', path: paths[part], json }, signal);
    const told = fieldsOf(
      value,
      {
        url: given.address(gives.url),
        key: given.text(gives.key),
        type: given.mayText(gives.contentType),
        expiresIn: given.mayNumber(gives.expiresIn),
        publicUrl: given.namedAddress(gives.publicUrl),
        headers: given.mayFields(gives.headers),
      },
      name,
    );
    await own.check(told.key, settings.ownKeys[part], sessionId);
    // What was signed is what the backend says it signed.
    const type = told.type ?? file.type;
    const headers = headersOf({ ...{ url: told.url, type, known: settings.headers, told: told.headers ?? null } });
    const send = { method: 'PUT' as const, url: told.url, headers };
    return {
      ...{ id: null, key: told.key, publicUrl: told.publicUrl ?? null, values: { session_id: sessionId, part }, send },
      expiresAt: expiresAt({ send, ...times, said: told.expiresIn ?? null, usual: settings.life }),
      file: { name: file.name, type: file.type, size: file.size },
    };
  }

  /** Of one that we were given before, or that a person names. */
  async function ownKeyOf(ref: FileRef): Promise<string> {
    const key = keyOf(ref);
    const templates = [settings.ownKeys.video, settings.ownKeys.thumbnail];
    const fitting = templates.find((one) => one !== null && key.startsWith(one.replace(/\{.*/, '')));
    const template = fitting ?? (templates.includes(null) ? null : settings.ownKeys.video);
    await own.check(key, template, ref.values.session_id ?? null);
    return key;
  }

  const { remove, link } = paths;
  return {
    ...nothing,
    abilities: {
      ...{ kind: 'idance', sends: 'put', needs: ['session_id'], takes: [], details: false },
      ...{ completes: false, tellsFailure: false, hasStatus: false, removes: remove !== null },
      ...{ links: link === null ? 'none' : 'fixed', lists: 'none', reads: false, hasSessions: true, largestFile },
    },
    place,
    sessions: sessionsOf(settings, api),
    remove:
      remove === null
        ? null
        : async (ref, signal) => {
            const values = { file_key: await ownKeyOf(ref) };
            return await removedBy(api.ask({ method: 'DELETE', path: remove, values }, signal));
          },
    link:
      link === null
        ? null
        : async (ref, _lifetime, signal) => {
            const values = { file_key: await ownKeyOf(ref) };
            const { value, name, sentAt } = await api.ask({ method: 'GET', path: link, values }, signal);
            const wanted = { url: given.address(gives.link), seconds: given.mayNumber(gives.expiresIn) };
            const { url, seconds } = fieldsOf(value, wanted, name);
            return { url, expiresAt: seconds === undefined || seconds === null ? null : sentAt + seconds * 1000 };
          },
  };
}

function sessionsOf({ paths, gives, tells, extra }: SettingsOf<'idance'>, api: Api): Sessions {
  return {
    async start(signal) {
      const { value, name } = await api.ask({ method: 'POST', path: paths.start, json: extra.start }, signal);
      return fieldsOf(value, { sessionId: given.id(gives.sessionId) }, name);
    },
    async complete({ sessionId, endTime, minutes, calories, video, thumbnail }, signal) {
      const json = {
        ...extra.complete,
        ...named([tells.sessionId, sessionId], [tells.endTime, endTime]),
        ...named([tells.minutes, minutes], [tells.calories, calories]),
        ...named([tells.videoUrl, video.publicUrl ?? undefined], [tells.videoKey, keyOf(video)]),
        ...named(
          [tells.thumbnailUrl, thumbnail?.publicUrl ?? undefined],
          [tells.thumbnailKey, thumbnail?.key ?? undefined],
        ),
      };
      await api.ask({ method: 'POST', path: paths.complete, json }, signal);
    },
  };
}

function partOf(type: string): 'video' | 'thumbnail' {
  if (type.startsWith('video/')) return 'video';
  if (type.startsWith('image/')) return 'thumbnail';
  throw new SidelineError('type-refused', { subject: words.values.noType(type) });
}

/** The name's own, where it is one of the type; else the usual one: a backend compares the two. */
function extensionOf({ name, type }: FileToPlace): string {
  const [, given = ''] = /\.([a-z0-9]{1,10})$/i.exec(name) ?? [];
  const extension = given.toLowerCase();
  if (extension !== '' && plainType(mime.getType(extension) ?? '') === plainType(type)) return extension;
  const usual = plainType(type) === 'image/jpeg' ? 'jpg' : mime.getExtension(type);
  return usual ?? extension;
}
