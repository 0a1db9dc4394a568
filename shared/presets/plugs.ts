/** The Plugs: media of events, profiles and temporary files by day; and an existing folder brought over. */
import { presetWords } from '../strings/presets.ts';
import { answered, bytesOf, checkFolder, eventId, folderOf, userIdOrLater } from './answers.ts';
import { definePreset, type Ask } from './preset.ts';

const words = presetWords.plugs;
const names = words.destinations;
const migration = presetWords.plugsMigration;

const byDay = '{yyyy}/{MM}/{dd}/{HHmmss}_{microseconds}.{ext}';

const sse = { by: 'AES256' as const };

export const plugs = definePreset({
  id: 'plugs',
  name: words.name,
  description: words.description,
  asks: [eventId, userIdOrLater],
  rules: (answers) => {
    const event = answered({ event_id: answers.event_id });
    const user = answered({ user_id: answers.user_id });
    const everywhere = { maxSize: bytesOf(10), sse };
    return [
      {
        ...everywhere,
        name: names.event,
        keyTemplate: `events/{event_id}/media/${byDay}`,
        fields: event,
        accepts: ['image/*', 'video/*', 'audio/*'],
        metadata: { ...event, category: 'event' },
      },
      {
        ...everywhere,
        name: names.profile,
        keyTemplate: `users/{user_id}/profile/${byDay}`,
        fields: user,
        accepts: ['image/*'],
        metadata: { ...user, category: 'profile' },
      },
      { ...everywhere, name: names.temp, keyTemplate: `temp/${byDay}`, metadata: { category: 'temp' } },
    ];
  },
  sorting: [
    { to: names.temp, rules: [{ folder: 'temp' }, { folder: 'tmp' }] },
    { to: names.profile, rules: [{ folder: '*profile*', types: ['image/*'] }] },
    { to: names.event, rules: [{ types: ['image/*', 'video/*', 'audio/*'] }] },
  ],
});

const migrationPrefix = {
  ...presetWords.asks.migrationPrefix,
  name: 'prefix',
  required: false,
  start: '',
  check: checkFolder,
} as const satisfies Ask;

/** No limit of size or type: a file that the old storage has must not be left behind. */
export const plugsMigration = definePreset({
  id: 'plugs-migration',
  name: migration.name,
  description: migration.description,
  asks: [migrationPrefix],
  rules: (answers) => [
    {
      name: migration.destinations.all,
      prefix: folderOf(answers.prefix),
      keyTemplate: '{relative_path}',
      // Another, free name would be one that the mapping of an earlier run does not know.
      overwrite: 'skip-equal',
      sse,
      metadata: { category: 'migration' },
    },
  ],
  sorting: [],
});
