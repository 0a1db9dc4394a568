/** F: the backend signs a PUT, and is told when the file is there. It has no list, no links but the public address, no way to delete. */
import { fieldsOf, given } from './answers.ts';
import type { Api } from './api.ts';
import { named, refuseLarger, valueOf } from './asked-values.ts';
import { nothing, type FileToPlace, type Kind } from './kind.ts';
import type { Place } from './place.ts';
import type { SettingsOf } from '../../shared/broker-settings.ts';
import { headersOf } from './signed-put.ts';
import { expiresAt } from './validity.ts';

export function fitness(settings: SettingsOf<'fitness'>, api: Api): Kind {
  const { paths, asks, gives, tells, extra, largestFile } = settings;

  async function place(file: FileToPlace, signal: AbortSignal): Promise<Place> {
    refuseLarger(file, largestFile);
    const fileType = valueOf(file.values, 'file_type');
    const json = {
      ...extra.place,
      ...named([asks.fileType, fileType], [asks.contentType, file.type], [asks.fileName, file.name]),
      ...named([asks.size, file.size]),
    };
    const { value, name, ...times } = await api.ask({ method: 'POST', path: paths.place, json }, signal);
    const told = fieldsOf(
      value,
      {
        url: given.address(gives.url),
        publicUrl: given.namedAddress(gives.publicUrl),
        key: given.mayText(gives.key),
        expiresIn: given.mayNumber(gives.expiresIn),
        headers: given.mayFields(gives.headers),
      },
      name,
    );
    const headers = headersOf({
      ...{ url: told.url, type: file.type, known: settings.headers, told: told.headers ?? null },
    });
    const send = { method: 'PUT' as const, url: told.url, headers };
    return {
      ...{ id: null, key: told.key ?? null, publicUrl: told.publicUrl ?? null, values: { file_type: fileType }, send },
      expiresAt: expiresAt({ send, ...times, said: told.expiresIn ?? null, usual: settings.life }),
      file: { name: file.name, type: file.type, size: file.size },
    };
  }

  const path = paths.complete;
  return {
    ...nothing,
    abilities: {
      ...{ kind: 'fitness', sends: 'put', needs: ['file_type'], takes: [], details: false },
      ...{ completes: path !== null, tellsFailure: false, hasStatus: false, removes: false },
      ...{ links: 'none', lists: 'none', reads: false, hasSessions: false, largestFile },
    },
    place,
    complete:
      path === null
        ? null
        : async ({ values, publicUrl, key }, signal) => {
            const json = {
              ...extra.complete,
              [tells.fileType]: valueOf(values, 'file_type'),
              [tells.fileUrl]: publicUrl ?? key ?? '',
            };
            await api.ask({ method: 'POST', path, json }, signal);
          },
  };
}
