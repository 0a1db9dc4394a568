/** What the presets say: their names, what each must be asked, and what is wrong with an answer. */

const asks = {
  userId: {
    label: 'User ID',
    hint: 'As the app’s backend knows the person whose files these are.',
    hintWithBatch: 'As the app’s backend knows the person. Left empty, you are asked with each upload.',
    example: 'user123',
  },
  sessionId: {
    label: 'Session ID',
    hint: 'Left empty, you are asked with each upload.',
    example: 'session456',
  },
  eventId: {
    label: 'Event ID',
    hint: 'As the app’s backend knows the event.',
    example: 'c0ffee00-1234-4abc-9def-001122334455',
  },
  publicUrlBase: {
    label: 'Public address',
    hint: 'Your own domain or CDN in front of the bucket. Left empty, links name the storage itself.',
    example: 'https://media.example.org',
  },
  uploadPrefix: {
    label: 'Folder in the bucket',
    hint: 'Everything goes below it.',
    example: 'uploads/images',
  },
  uploadMaxSize: {
    label: 'Largest file, in MB',
    hint: 'The same as the form’s max_file_size. 1 MB is 1,024 × 1,024 bytes.',
    example: '5',
  },
  migrationPrefix: {
    label: 'Folder in the bucket',
    hint: 'Left empty, the folders that you drop lie at the top of the bucket.',
    example: 'media',
  },
  imageType: {
    label: 'Kind of image',
    hint: 'One word in the singular, as the app’s backend calls it.',
    example: 'room',
  },
  imageFolder: {
    label: 'Folder of this kind',
    hint: 'Left empty, it is the kind with an s, such as rooms. Say it where that is not the plural, such as properties.',
    example: 'properties',
  },
} as const;

export const presetWords = {
  asks,
  problems: {
    missing: 'This is needed.',
    unknown: 'This is not asked for.',
    tooLong: (most: number) => `This is too long: at most ${most} characters.`,
    dots: 'Dots alone cannot be a part of a key.',
    slash: 'This is one part of a key, so it has no slash in it.',
    control: 'There is a character in it that cannot be seen, such as a line break.',
    braces: 'Write the folder itself, without { and }.',
    folder: (why: string) => `This makes no folder in the bucket: ${why}.`,
    address: 'Write an address like https://media.example.org.',
    addressEnd: 'Leave out what follows a ? or #, and any name and password.',
    megabytes: 'Write a whole number from 1 to 5,000,000.',
    refused: (label: string, problem: string) => `${label}: ${problem}`,
  },
  fitness: {
    name: 'Fitness app',
    description:
      'Profile pictures, workouts, food, plans as PDF, progress photos and challenges, each in its folder under media. Progress photos stay private; all else is public, and kept for a day by browsers.',
    destinations: {
      profile: 'Profile pictures',
      workout: 'Workout photos and videos',
      food: 'Food images',
      plans: 'Workout plans',
      progress: 'Progress photos',
      challenge: 'Challenge photos and videos',
      misc: 'Other fitness files',
    },
  },
  idance: {
    name: 'iDance sessions',
    description:
      'Videos of dance sessions in MP4, each with a thumbnail that Sideline takes from it, in the folders of the user and the session.',
    destinations: { videos: 'Session videos', thumbnails: 'Session thumbnails' },
  },
  uploadModule: {
    name: 'Web uploads',
    description:
      'Files of a website below one folder of the bucket, for everyone to see or not, up to a size you choose.',
    destinations: { public: 'Public uploads', private: 'Private uploads' },
  },
  plugs: {
    name: 'The Plugs: event media',
    description:
      'Photos, videos and sound of an event, sorted by day, with profile pictures and temporary files beside them. Up to 10 MB each, encrypted where they are stored.',
    destinations: { event: 'Event media', profile: 'Member profiles', temp: 'Temporary files' },
  },
  plugsMigration: {
    name: 'The Plugs: bring an existing folder over',
    description:
      'A folder from a disk or an old server goes into the bucket with its structure as it is. It can be dropped again: what has arrived unchanged is not sent twice.',
    destinations: { all: 'Existing files' },
  },
  heaven: {
    name: 'Heaven Connect: images',
    description:
      'Images of users, properties and rooms, made smaller to store without what the camera wrote into them, each with three sizes in WebP.',
    destinations: { ofUser: 'Images of a user', general: 'General images' },
  },
} as const;
