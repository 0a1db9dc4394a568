/** iDance: the video of a session, and its thumbnail. */
import { presetWords } from '../strings/presets.ts';
import { answered, publicUrlBase, publicUrlBaseOf, sessionIdOrLater, userId } from './answers.ts';
import { definePreset } from './preset.ts';

const { name, description, destinations: names } = presetWords.idance;

/** The same for a video and its still: they belong together, and differ in the first folder and the ending only. */
const within = '{user_id}/{session_id}/{timestamp}_{unique_id}';
const thumbnailKey = `thumbnails/${within}.jpg`;

/** The document gives thumbnails no measure. pixels */
const thumbnail = { format: 'jpeg' as const, width: 640, height: 640 };

export const idance = definePreset({
  id: 'idance',
  name,
  description,
  asks: [userId, sessionIdOrLater, publicUrlBase],
  rules: (answers) => {
    const everywhere = {
      fields: answered({ user_id: answers.user_id, session_id: answers.session_id }),
      publicUrlBase: publicUrlBaseOf(answers.public_url_base),
      linkLifetime: 3600,
    };
    return [
      {
        ...everywhere,
        name: names.videos,
        keyTemplate: `sessions/${within}.mp4`,
        // The ending of the key is fixed, so nothing else may go there.
        accepts: ['video/mp4'],
        videoStill: { keyTemplate: thumbnailKey, image: thumbnail },
      },
      {
        ...everywhere,
        name: names.thumbnails,
        keyTemplate: thumbnailKey,
        // Those that can be decoded anywhere: what went up as it is would not be the .jpg that its key says.
        accepts: ['image/jpeg', 'image/png', 'image/webp'],
        image: thumbnail,
      },
    ];
  },
  sorting: [
    // All videos, so that one in another format is refused with a reason instead of being nowhere.
    { to: names.videos, rules: [{ types: ['video/*'] }] },
    { to: names.thumbnails, rules: [{ types: ['image/*'] }] },
  ],
});
