/** The groups of the form, and which field is in which. Pure. */
import { formatDuration } from '../../../shared/format.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import type { FormValues } from './draft.ts';
import { listOf } from './typed.ts';

export const sectionIds = ['where', 'taken', 'exists', 'images', 'stored', 'links'] as const;
export type SectionId = (typeof sectionIds)[number];

const tops: Record<Exclude<SectionId, 'where' | 'stored'>, readonly string[]> = {
  taken: ['types', 'maxSize', 'sorting'],
  exists: ['overwrite'],
  images: ['image', 'originalPrefix', 'derived', 'videoStill'],
  links: ['publicUrlBase', 'linkLifetime'],
};
const where = ['name', 'connectionId', 'prefix', 'keyTemplate', 'fields', 'zone', 'ownFolderOnly'];

/** `derived.0.image.width` is in `images`. */
export function sectionOf(field: string): SectionId {
  const [top = ''] = field.split('.');
  if (where.includes(top)) return 'where';
  const found = Object.entries(tops).find(([, fields]) => fields.includes(top))?.[0];
  return sectionIds.find((id) => id === found) ?? 'stored';
}

const { form, facts } = destinations;

/** How a group is set, in a line. */
export function summaryOf(section: SectionId, values: FormValues): string {
  switch (section) {
    case 'where':
      return [values.prefix.trim(), values.keyTemplate].filter((part) => part !== '').join(' / ');
    case 'taken':
      return takenSummary(values);
    case 'exists':
      return form.overwrite[values.overwrite].label;
    case 'images':
      return imagesSummary(values);
    case 'stored':
      return storedSummary(values);
    case 'links':
      return linksSummary(values);
  }
}

function takenSummary({ kinds, types, maxSize, sorting }: FormValues): string {
  const words: Readonly<Record<string, string>> = form.typeKinds;
  const taken = [...kinds.map((kind) => words[kind] ?? kind), ...listOf(types)];
  const size = maxSize.trim() === '' ? [] : [facts.upTo(`${maxSize.trim()} ${form.megabytes}`)];
  if (taken.length === 0 && size.length === 0 && sorting.length === 0) return form.summary.everything;
  const all = taken.length === 0 ? [facts.everything] : taken;
  return [...all, ...size, ...(sorting.length === 0 ? [] : [form.summary.rules(sorting.length)])].join(', ');
}

function imagesSummary({ prepare, image, keepOriginals, derived, still }: FormValues): string {
  const { width, height, format } = image;
  const any = facts.free;
  const size = width === '' && height === '' ? [] : [facts.within(width || any, height || any)];
  const how = [...size, ...(format === 'same' ? [] : [form.formats[format]])];
  const made = !prepare ? [] : [how.length === 0 ? facts.anew : facts.prepared(how.join(', '))];
  const parts = [
    ...made,
    ...(derived.length === 0 ? [] : [facts.sizes(derived.length)]),
    ...(prepare && keepOriginals ? [facts.originals] : []),
    ...(still ? [facts.still] : []),
  ];
  return parts.length === 0 ? form.summary.untouched : parts.join(', ');
}

function storedSummary(values: FormValues): string {
  const { contentType, cacheControl, contentDisposition, acl, sse, storageClass, metadata, tags } = values;
  const parts = [
    ...(acl === 'none' ? [] : [form.acls[acl].label]),
    ...(sse === 'none' ? [] : [form.sses[sse]]),
    ...(storageClass === 'none' ? [] : [form.storageClasses[storageClass]]),
    ...(contentType.trim() === '' ? [] : [contentType]),
    ...(cacheControl.trim() === '' ? [] : [cacheControl]),
    ...(contentDisposition === 'none' ? [] : [form.dispositions[contentDisposition]]),
    ...(metadata.length === 0 ? [] : [form.metadata.toLowerCase()]),
    ...(tags.length === 0 ? [] : [form.tags.toLowerCase()]),
  ];
  return parts.length === 0 ? form.summary.plain : parts.join(', ');
}

function linksSummary({ publicUrlBase, linkLifetime }: FormValues): string {
  const time = formatDuration(Number(linkLifetime) * 60_000);
  return [publicUrlBase.trim() || form.summary.ofStore, form.summary.links(time)].join(', ');
}
