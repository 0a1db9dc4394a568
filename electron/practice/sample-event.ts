/** A folder as event staff bring it home: photos of several cameras, videos, odd names, and what computers leave behind. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { drawScenes, takePhoto, type Shot } from './sample-photo.ts';
import { recordVideo } from './sample-video.ts';

export interface SampleOptions {
  /** those with a camera's names; about a dozen with odd names come on top */
  photos?: number;
  videos?: number;
  /** size of the first video; each further one is 3 MB larger. bytes */
  videoBytes?: number;
  onProgress?: (made: number, of: number) => void;
}

export interface SampleEvent {
  /** the event's own folder, absolute */
  folder: string;
  /** what is to be uploaded */
  files: number;
  bytes: number;
  /** files that nobody wants, beside them */
  junk: number;
}

interface SampleFile {
  /** from the event's folder, '/' between segments */
  name: string;
  /** ms since 1970 */
  modified: number;
  isJunk: boolean;
  make: (file: string) => Promise<void>;
}

const eventName = 'Sommerfest 2026 – U12 Finals';
/** Two halves of a CPU each: sharp works outside of this thread. */
const madeAtOnce = 2;

/**
 * Makes the event in `folder` (which is its own: what another set of options made there is removed). The same options make
 * the same tree each time; files that are there already are kept, and one that is there is whole.
 */
export async function makeSampleEvent(folder: string, options: SampleOptions = {}): Promise<SampleEvent> {
  const { photos = 300, videos = 3, videoBytes = 120_000_000, onProgress } = options;
  await forgetOther(folder, JSON.stringify({ version: 1, photos, videos, videoBytes }));
  const event = path.resolve(folder, eventName);
  const scenes = once(drawScenes);
  const files = [
    ...plannedPhotos(photos, scenes),
    ...oddPhotos(scenes),
    ...plannedVideos(videos, videoBytes),
    ...otherFiles(),
  ];
  const sizes = await makeAll(files, event, path.join(folder, 'unfinished'), onProgress);
  const wanted = sizes.filter((_, at) => files[at]?.isJunk === false);
  return {
    folder: event,
    files: wanted.length,
    bytes: wanted.reduce((sum, size) => sum + size, 0),
    junk: files.length - wanted.length,
  };
}

/** Makes sure that what is there was made with these options. */
async function forgetOther(folder: string, description: string): Promise<void> {
  const about = path.join(folder, 'sample.json');
  if (existsSync(about) && (await readFile(about, 'utf8')) === description) return;
  await rm(path.join(folder, eventName), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(about, description);
}

/** Returns the sizes of the files, in their order. */
async function makeAll(
  files: readonly SampleFile[],
  event: string,
  unfinished: string,
  onProgress: SampleOptions['onProgress'],
): Promise<number[]> {
  sharp.concurrency(1);
  sharp.cache(false);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const sizes = new Array<number>(files.length).fill(0);
  const waiting = files.entries();
  let made = 0;
  const work = async (worker: number) => {
    for (const [at, file] of waiting) {
      sizes[at] = await makeOne(file, path.join(event, ...file.name.split('/')), path.join(unfinished, String(worker)));
      onProgress?.(++made, files.length);
    }
  };
  await Promise.all(Array.from({ length: madeAtOnce }, (_, worker) => work(worker)));
  await rm(unfinished, { recursive: true });
  return sizes;
}

async function makeOne(file: SampleFile, target: string, draft: string): Promise<number> {
  if (!existsSync(target)) {
    await file.make(draft);
    await utimes(draft, file.modified / 1000, file.modified / 1000);
    await mkdir(path.dirname(target), { recursive: true });
    await rename(draft, target);
  }
  return (await stat(target)).size;
}

/** The scenes take a second to draw, and are not needed where all photos are there. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

type Scenes = () => Promise<Buffer[]>;

const cameras = [
  { make: 'Canon', model: 'Canon EOS R6', serial: '043021001234', place: 'Field 1', prefix: 'IMG_', first: 1 },
  { make: 'NIKON CORPORATION', model: 'NIKON Z 6', serial: '6041234', place: 'Field 2', prefix: 'DSC_', first: 2187 },
  { make: 'Apple', model: 'iPhone 15', serial: null, place: 'Finals', prefix: 'IMG_', first: 4021 },
] as const;

/** Local time (UTC+2) of the beginning and the length of each day, ms. */
const days = [
  { name: 'Day 1', begins: Date.UTC(2026, 5, 20, 9, 30), lasts: 8.5 * 3_600_000 },
  { name: 'Day 2', begins: Date.UTC(2026, 5, 21, 10, 0), lasts: 7 * 3_600_000 },
] as const;
const offset = 2 * 3_600_000;

function plannedPhotos(count: number, scenes: Scenes): SampleFile[] {
  return Array.from({ length: count }, (_, at) => {
    const day = days[at < count * 0.55 ? 0 : 1];
    const camera = cameras[at % cameras.length] ?? cameras[0];
    const number = camera.first + Math.floor(at / cameras.length);
    const name = `${day.name}/${camera.place}/${camera.prefix}${String(number).padStart(4, '0')}.JPG`;
    return photo(name, at, timeOf(at, count), scenes);
  });
}

/** Local time of a photo: they are spread over the event in their order. ms */
function timeOf(at: number, count: number): number {
  const [first, second] = days;
  const share = at / Math.max(1, count);
  return share < 0.55
    ? first.begins + (share / 0.55) * first.lasts
    : second.begins + ((share - 0.55) / 0.45) * second.lasts;
}

function photo(name: string, at: number, time: number, scenes: Scenes): SampleFile {
  const takenAt = new Date(time).toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
  const camera = cameras[at % cameras.length] ?? cameras[0];
  const shot: Shot = { seed: `photo ${at}`, orientation: at % 5 === 3 ? 6 : 1, camera, takenAt };
  return { name, modified: time - offset, isJunk: false, make: async (file) => takePhoto(await scenes(), shot, file) };
}

/** Names that people give, and programs stumble over. */
function oddNames(): string[] {
  const everywhere = [
    'Übergabe an die Mädchen.JPG'.normalize('NFD'),
    'Torschütze Jörg Weiß.jpg',
    'Siegerehrung 🏆⚽️ 👩‍👩‍👧.jpg',
    'team photo  (final)  v2 .jpg',
    'Fair Play #1 + 100% & 50%25=half;ok@home.jpg',
    '.hidden shot.jpg',
    '..almost a folder.jpg',
    "Coach's choice [best], {really}!.jpg",
    'U12決勝.jpg',
    `${'Gruppenfoto mit allen Mannschaften, Trainerinnen, Trainern und Eltern '.repeat(3)}am Sonntag.jpg`,
  ];
  const notOnWindows = ['CON.jpg', 'aux.txt.jpg', 'ends with a dot.', 'who? "we": all*.jpg', 'back\\slash.jpg'];
  return process.platform === 'win32' ? everywhere : [...everywhere, ...notOnWindows];
}

function oddPhotos(scenes: Scenes): SampleFile[] {
  return oddNames().map((name, at) => photo(`Best of/${name}`, 100_000 + at, days[1].begins + at * 60_000, scenes));
}

function plannedVideos(count: number, bytes: number): SampleFile[] {
  return Array.from({ length: count }, (_, at) => {
    const time = days[1].begins + days[1].lasts - (count - at) * 600_000;
    const clip = { seed: `video ${at}`, bytes: bytes + at * 3_000_000, recordedAt: (time - offset) / 1000 };
    const name = `Day 2/Finals/MVI_${String(4500 + at)}.MP4`;
    return { name, modified: time - offset, isJunk: false, make: (file: string) => recordVideo(clip, file) };
  });
}

/** Beside the pictures: a list, a file that a full card left empty, and what systems and office programs leave. */
function otherFiles(): SampleFile[] {
  const schedule = 'time;field;home;guest\n10:00;1;SV Sample;FC Muster\n10:30;2;TSV Beispiel;SpVgg Probe\n';
  const files: [name: string, content: string, isJunk: boolean][] = [
    ['Spielplan.csv', schedule, false],
    ['Day 1/Field 1/IMG_0999.JPG', '', false],
    ['.DS_Store', '\0\0\0\u0001Bud1', true],
    ['Day 1/Field 1/._IMG_0001.JPG', '\0\u0005\u0016\u0007', true],
    ['Day 1/Field 2/Thumbs.db', '\u00d0\u00cf\u0011\u00e0', true],
    ['~$Spielplan.xlsx', 'user', true],
  ];
  return files.map(([name, content, isJunk]) => {
    return { name, modified: days[0].begins - offset, isJunk, make: (file) => writeFile(file, content, 'latin1') };
  });
}
