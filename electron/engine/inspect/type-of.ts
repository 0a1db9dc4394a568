/** What a file is taken for, by its content and its name. */
import { supportedMimeTypes } from 'file-type';
import mime from 'mime';
import type { Inspected } from '../../../shared/inspected.ts';
import { plainType } from '../../../shared/media-type.ts';

export interface KnownType {
  /** `application/octet-stream` where nothing is known */
  type: string;
  by: 'content' | 'name' | 'nothing';
  /** The name promises what the content is not: a PDF that is called `.jpg`, or a `.jpg` that is no image at all. */
  disagrees: boolean;
}

const unknownType = 'application/octet-stream';

/** Types that file-type finds by content: a file that is none of these by content cannot be one by name. */
const found = new Set([...supportedMimeTypes].map(plainType));

/** They have no first bytes of their own, or need not have them. */
const textLike = /^text\/|^image\/svg\+xml$|[+/](json|xml|yaml|javascript|rtf)$/;

/** Names of types that mime does not know: raw files, and films of action cameras. */
const moreNames: Readonly<Record<string, string>> = {
  arw: 'image/x-sony-arw',
  cr2: 'image/x-canon-cr2',
  cr3: 'image/x-canon-cr3',
  insv: 'video/mp4',
  lrv: 'video/mp4',
  nef: 'image/x-nikon-nef',
  orf: 'image/x-olympus-orf',
  raf: 'image/x-fujifilm-raf',
  rw2: 'image/x-panasonic-rw2',
};

/** One format with several names, in which what a file is called is no mistake. The content's type is taken. */
const sameKinds: readonly RegExp[] = [
  // the boxes of ISO/IEC 14496-12: a .mp4 of a camera that writes QuickTime, a .mov that is an MP4, sound alone
  /^(video\/(mp4|quicktime|x-m4v|3gpp2?)|audio\/mp4)$/,
  /^image\/hei[cf](-sequence)?$/,
  /^image\/a?png$/,
  /^(audio|video)\/(x-matroska|webm)$/,
  /^(audio|video|application)\/ogg$/,
  /^(audio|video)\/mpeg$/,
  /^(video|application)\/(vnd\.ms-asf|x-ms-(asf|wmv))$|^audio\/x-ms-wma$/,
  /^image\/(tiff|x-(adobe-dng|canon-cr2|nikon-nef|sony-arw))$/,
];

/** What many formats are made of: where the content says no more than this, one of these by name is more exact. */
const madeOf: Readonly<Record<string, RegExp>> = {
  'application/gzip': /^image\/svg\+xml$|gzip|compressed|tgz/,
  'application/x-cfb': /^application\/(msword|vnd\.ms-(excel|powerpoint|project|works)|vnd\.(ms-outlook|visio)|x-msi)/,
  'application/xml': /[+/]xml$|^text\/(html|xml)$/,
  'application/zip':
    /[+/]zip$|^application\/(vnd\.(openxmlformats|oasis\.opendocument|ms-[a-z]+\.|apple\.|google-earth\.kmz|android|comicbook)|java-archive)/,
  'image/tiff': /^image\/x-(adobe-dng|canon-cr2|nikon-nef|sony-arw)$/,
};

/**
 * The content's type wins. Where the content says nothing, the name does, if it names text or a type that content does not
 * tell: a `.jpg` without a JPEG's first bytes is no image. Names: https://github.com/jshttp/mime-db
 */
export function typeOf({ type }: Pick<Inspected, 'type'>, name: string): KnownType {
  const named = typeByName(name);
  if (type === null) return byName(named);
  const content = plainType(type);
  if (named === null) return { type: content, by: 'content', disagrees: false };
  if (madeOf[content]?.test(named) === true) return { type: named, by: 'name', disagrees: false };
  return { type: content, by: 'content', disagrees: !areSame(content, named) };
}

function byName(named: string | null): KnownType {
  if (named === null) return { type: unknownType, by: 'nothing', disagrees: false };
  if (found.has(named) && !textLike.test(named)) return { type: unknownType, by: 'nothing', disagrees: true };
  return { type: named, by: 'name', disagrees: false };
}

/** What a file's extension promises; null: nothing that is known. */
export function typeByName(name: string): string | null {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const type = Object.hasOwn(moreNames, extension) ? moreNames[extension] : mime.getType(extension);
  return type === undefined || type === null ? null : plainType(type);
}

function areSame(one: string, other: string): boolean {
  return one === other || sameKinds.some((kind) => kind.test(one) && kind.test(other));
}
