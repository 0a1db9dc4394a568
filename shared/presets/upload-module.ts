/** The upload module: files below a prefix, public or not, up to a size. */
import { presetWords } from '../strings/presets.ts';
import { bytesOf, checkFolder, checkMegabytes, folderOf } from './answers.ts';
import { definePreset, type Ask } from './preset.ts';

const { asks: words, uploadModule } = presetWords;
const { name, description, destinations: names } = uploadModule;

const prefix = {
  ...words.uploadPrefix,
  name: 'prefix',
  required: true,
  start: 'uploads',
  check: checkFolder,
} as const satisfies Ask;

const maxSize = {
  ...words.uploadMaxSize,
  name: 'max_size_mb',
  required: true,
  start: '5',
  check: checkMegabytes,
} as const satisfies Ask;

export const uploads = definePreset({
  id: 'upload-module',
  name,
  description,
  asks: [prefix, maxSize],
  rules: (answers) => {
    const everywhere = {
      prefix: folderOf(answers.prefix),
      keyTemplate: '{relative_path}',
      maxSize: bytesOf(Number(answers.max_size_mb)),
      linkLifetime: 3600,
    };
    return [
      { ...everywhere, name: names.public, acl: 'public-read' },
      // No ACL at all: objects are private by themselves, and a bucket that has ACLs switched off takes none.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
      { ...everywhere, name: names.private },
    ];
  },
  // Who may see a file is nothing that its type or folder tells.
  sorting: [],
});
