/** What can be shown of a type, and as what the page gets it: never as anything that could run. */
import type { PreviewKind } from '../../../shared/previews.ts';

export interface Shows {
  kind: PreviewKind;
  /** the media type that the page is told; null: it gets no address for it */
  as: string | null;
  /** The page cannot show the format, and the image process can make it one that it can. */
  prepare: boolean;
}

/** https://www.chromium.org/audio-video/, and what it decodes as an image */
const shown: Readonly<Record<string, string>> = {
  'image/jpeg': 'image/jpeg',
  'image/png': 'image/png',
  'image/apng': 'image/apng',
  'image/gif': 'image/gif',
  'image/webp': 'image/webp',
  'image/avif': 'image/avif',
  'image/bmp': 'image/bmp',
  'image/x-icon': 'image/x-icon',
  // All of these are the boxes of one format: the player looks at what is in them.
  'video/mp4': 'video/mp4',
  'video/x-m4v': 'video/mp4',
  'video/quicktime': 'video/mp4',
  'video/3gpp': 'video/mp4',
  'video/3gpp2': 'video/mp4',
  'video/webm': 'video/webm',
  'video/x-matroska': 'video/webm',
  'video/matroska': 'video/webm',
  'video/ogg': 'video/ogg',
  'audio/mpeg': 'audio/mpeg',
  'audio/mp4': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/aac': 'audio/aac',
  'audio/wav': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/flac': 'audio/flac',
  'audio/x-flac': 'audio/flac',
  'audio/ogg': 'audio/ogg',
  'audio/opus': 'audio/ogg',
  'audio/webm': 'audio/webm',
};

const prepared: ReadonlySet<string> = new Set(['image/tiff']);

/** HEVC is in them, which no library here decodes and many systems do. */
const ofSystems: ReadonlySet<string> = new Set(['image/heic', 'image/heif']);

export function needsSystem(type: string): boolean {
  return ofSystems.has(type);
}

/** Pages and drawings with scripts in them are shown as what they are written in. */
const texts = /^text\/|^image\/svg\+xml$|[+/](json|xml|yaml|javascript|toml|x-sh|x-ndjson|sql)$/;

/** The viewer that Chromium has for it runs in a process of its own. */
const pdf: Shows = { kind: 'pdf', as: 'application/pdf', prepare: false };

/** `systemDecodes`: what needs the system for it can be decoded at all. */
export function showsOf(type: string, systemDecodes: boolean): Shows {
  const as = Object.hasOwn(shown, type) ? (shown[type] ?? null) : null;
  if (as !== null) return { kind: kindIn(as), as, prepare: false };
  if (prepared.has(type) || (systemDecodes && needsSystem(type)))
    return { kind: 'image', as: 'image/webp', prepare: true };
  if (texts.test(type)) return { kind: 'text', as: null, prepare: false };
  return type === pdf.as ? pdf : { kind: 'none', as: null, prepare: false };
}

function kindIn(type: string): PreviewKind {
  if (type.startsWith('image/')) return 'image';
  return type.startsWith('video/') ? 'video' : 'audio';
}

/**
 * Programs of this computer that show these do not run what is in them. Of all else a person decides with the file on their disk,
 * and by what its name then says.
 */
const opened: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/bmp': 'bmp',
  'image/tiff': 'tif',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'image/x-adobe-dng': 'dng',
  'image/x-canon-cr2': 'cr2',
  'image/x-canon-cr3': 'cr3',
  'image/x-nikon-nef': 'nef',
  'image/x-sony-arw': 'arw',
  'video/mp4': 'mp4',
  'video/x-m4v': 'm4v',
  'video/quicktime': 'mov',
  'video/3gpp': '3gp',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/matroska': 'mkv',
  'video/vnd.avi': 'avi',
  'video/x-msvideo': 'avi',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'text/plain': 'txt',
  'text/csv': 'csv',
};

/** The ending of a copy that is opened with a program of this computer; null: it is not. */
export function endingOf(type: string): string | null {
  return Object.hasOwn(opened, type) ? (opened[type] ?? null) : null;
}
