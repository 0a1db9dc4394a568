/** Heaven Connect: images by what they show, prepared, each with three sizes for the web. */
import { presetWords } from '../strings/presets.ts';
import {
  answered,
  checkFolder,
  folderOf,
  imageType,
  publicUrlBase,
  publicUrlBaseOf,
  userIdOrLater,
} from './answers.ts';
import { definePreset, type Ask } from './preset.ts';

const { asks: words, heaven: own } = presetWords;

/**
 * The document's rule is `{image_type}s/`, but its own example for a property is `properties/`, which no `s` makes. So the
 * rule holds as it is written, and whoever's backend has another plural says the folder.
 */
const folder = {
  ...words.imageFolder,
  name: 'folder',
  required: false,
  start: '',
  check: checkFolder,
} as const satisfies Ask;

/** the longer side in pixels */
const sizes = { large: 2048, medium: 1024, thumbnail: 320 };

/** `{timestamp}_{hex8}` is what `{filename}` begins with: an image's sizes stand beside it in a listing. */
function derived(within: string) {
  return Object.entries(sizes).map(([size, pixels]) => ({
    name: size,
    keyTemplate: `${within}/{timestamp}_{hex8}-${size}.webp`,
    image: { format: 'webp' as const, width: pixels, height: pixels },
  }));
}

export const heaven = definePreset({
  id: 'heaven',
  name: own.name,
  description: own.description,
  asks: [imageType, folder, userIdOrLater, publicUrlBase],
  rules: (answers) => {
    const top = answers.folder === '' ? '{image_type}s' : folderOf(answers.folder);
    const image_type = answers.image_type;
    const everywhere = {
      accepts: ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/heic', 'image/heif'],
      image: { format: 'same' as const },
      metadata: { image_type },
      publicUrlBase: publicUrlBaseOf(answers.public_url_base),
      linkLifetime: 3600,
    };
    return [
      {
        ...everywhere,
        name: own.destinations.ofUser,
        keyTemplate: `${top}/{user_id}/{filename}`,
        fields: answered({ image_type, user_id: answers.user_id }),
        derived: derived(`${top}/{user_id}`),
      },
      {
        ...everywhere,
        name: own.destinations.general,
        keyTemplate: `${top}/{filename}`,
        fields: { image_type },
        derived: derived(top),
      },
    ];
  },
  // Whether an image belongs to a user is nothing that its type or folder tells.
  sorting: [],
});
