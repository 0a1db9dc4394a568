/** The fitness app: seven kinds of files, each in a folder of its own under media/. */
import { presetWords } from '../strings/presets.ts';
import { answered, bytesOf, publicUrlBase, publicUrlBaseOf, userId } from './answers.ts';
import { definePreset } from './preset.ts';

const { name, description, destinations: names } = presetWords.fitness;

/** What the backend's own settings put on every object. */
const cacheControl = 'max-age=86400';

/** The backend advises links of 5 to 15 minutes. seconds */
const linkLifetime = 15 * 60;

/** Food images are named so by the backend's upload; the kinds for which it has only a folder follow it. */
const key = (folder: string) => `media/${folder}/{user_id}-{unix}-{uuid}.{ext}`;

export const fitness = definePreset({
  id: 'fitness',
  name,
  description,
  asks: [userId, publicUrlBase],
  rules: (answers) => {
    const everywhere = { fields: answered({ user_id: answers.user_id }), cacheControl, linkLifetime };
    const open = {
      ...everywhere,
      acl: 'public-read' as const,
      publicUrlBase: publicUrlBaseOf(answers.public_url_base),
    };
    return [
      {
        ...open,
        name: names.profile,
        keyTemplate: 'media/profile_pictures/{user_id}-{uuid}.{ext}',
        accepts: ['image/jpeg', 'image/png'],
        maxSize: bytesOf(5),
        // As Pillow's thumbnail((300, 300)) does: whole, within the square, never larger.
        image: { format: 'same', width: 300, height: 300, fit: 'inside', quality: 85, optimise: true },
      },
      { ...open, name: names.workout, keyTemplate: key('workout_media'), accepts: ['image/*', 'video/*'] },
      { ...open, name: names.food, keyTemplate: key('food_images'), accepts: ['image/*'], overwrite: 'replace' },
      {
        ...open,
        name: names.plans,
        keyTemplate: key('workout_plans'),
        accepts: ['application/pdf'],
        contentDisposition: 'attachment',
      },
      {
        ...everywhere,
        name: names.progress,
        keyTemplate: key('progress_photos'),
        accepts: ['image/*'],
        acl: 'private',
        // The person's own browser may keep it, a CDN on the way may not (RFC 9111, 5.2.2.7).
        cacheControl: `private, ${cacheControl}`,
        sse: { by: 'AES256' },
      },
      { ...open, name: names.challenge, keyTemplate: key('challenge_media'), accepts: ['image/*', 'video/*'] },
      { ...open, name: names.misc, keyTemplate: key('misc') },
    ];
  },
  sorting: [
    // First, and of any type: what lies with private photos must never end up among the public files.
    { to: names.progress, rules: [{ folder: '*progress*' }, { folder: 'before*after*' }, { file: '*progress*' }] },
    {
      to: names.profile,
      rules: [{ folder: '*profile*' }, { folder: '*avatar*' }].map((rule) => ({
        ...rule,
        types: ['image/jpeg', 'image/png'],
      })),
    },
    {
      to: names.food,
      rules: [{ folder: '*food*' }, { folder: '*meal*' }].map((rule) => ({ ...rule, types: ['image/*'] })),
    },
    { to: names.challenge, rules: [{ folder: '*challenge*', types: ['image/*', 'video/*'] }] },
    { to: names.plans, rules: [{ types: ['application/pdf'] }] },
    { to: names.workout, rules: [{ types: ['image/*', 'video/*'] }] },
    { to: names.misc, rules: [{}] },
  ],
});
