/** What a destination does, in a few words for its card. Pure. */
import type { DestinationRules, ImagePreparation } from '../../../shared/destination.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { keyDate, objectKey, parseKeyTemplate, renderKey } from '../../../shared/key-template/index.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { fieldsOf } from '../../../shared/template-fields.ts';

const { facts: words, form } = destinations;

/** "Images, PDF, up to 10 MB" */
export function acceptedWords({ accepts, maxSize }: Pick<DestinationRules, 'accepts' | 'maxSize'>): string {
  const types = accepts.length === 0 ? [words.everything] : accepts.map(typeWord);
  return [...types, ...(maxSize === null ? [] : [words.upTo(formatBytes(maxSize))])].join(', ');
}

function typeWord(type: string): string {
  const [kind = '', sub = ''] = type.split('/');
  if (sub === '*') return words.kinds[kind] ?? type;
  return kind === 'image' || sub === 'pdf' ? sub.toUpperCase() : sub;
}

/** What is made anew, a phrase each; empty: all files go up as they are. */
export function preparationWords({ image, derived, videoStill, originalPrefix }: DestinationRules): string[] {
  return [
    ...(image === null ? [] : [words.prepared(imageWords(image))]),
    ...(derived.length === 0 ? [] : [words.sizes(derived.length)]),
    ...(image === null || originalPrefix === null ? [] : [words.originals]),
    ...(videoStill === null ? [] : [words.still]),
  ];
}

/** "at most 2,048 × 2,048, WebP, quality 82" */
export function imageWords({ width, height, format, quality }: ImagePreparation): string {
  const pixels = (measure: number | null) => measure?.toLocaleString('en-US') ?? words.free;
  const size = width === null && height === null ? [] : [words.within(pixels(width), pixels(height))];
  return [
    ...size,
    ...(format === 'same' ? [] : [form.formats[format]]),
    `${form.quality.toLowerCase()} ${quality}`,
  ].join(', ');
}

/** What the templates of a destination ask for while they are typed, each once. */
export function askedFields({ keyTemplate, derived, videoStill }: Templates): string[] {
  const templates = [
    keyTemplate,
    ...derived.map((one) => one.keyTemplate),
    ...(videoStill === null ? [] : [videoStill.keyTemplate]),
  ];
  return [...new Set(templates.flatMap(askedBy))];
}

type Templates = Pick<DestinationRules, 'keyTemplate'> & {
  derived: readonly { keyTemplate: string }[];
  videoStill: { keyTemplate: string } | null;
};

/** What cannot be parsed asks for nothing. */
function askedBy(keyTemplate: string): string[] {
  try {
    return fieldsOf({ keyTemplate, derived: [], videoStill: null }).map(({ name }) => name);
  } catch (error) {
    if (error instanceof SidelineError) return [];
    throw error;
  }
}

/** A key as the rules make it now; a field without a value stays what it is: `events/{event_id}/a.jpg`. */
export function exampleKey(rules: DestinationRules): string {
  const template = parseKeyTemplate(rules.keyTemplate);
  const asked = Object.fromEntries(askedBy(rules.keyTemplate).map((name) => [name, `{${name}}`]));
  const date = keyDate(Date.now(), rules.zone);
  try {
    const key = renderKey(template, {
      fields: { ...asked, ...rules.fields },
      ...{ relativePath: exampleFile(rules), date, taken: date, counter: 1 },
      measures: { width: 4032, height: 3024 },
      ids: { uuid: '0b6d1f0a-8f63-4c53-9c3f-1d1f1b1f5a77', hex8: '7f3a09c2' },
    });
    return objectKey(rules.prefix, key);
  } catch (error) {
    if (error instanceof SidelineError) return rules.keyTemplate;
    throw error;
  }
}

function exampleFile({ accepts, image }: DestinationRules): string {
  const only = (kind: string) => accepts.length > 0 && accepts.every((type) => type.startsWith(kind));
  if (only('video/')) return 'Finals/GX010042.mp4';
  if (only('application/pdf')) return 'Finals/programme.pdf';
  const format = image?.format ?? 'same';
  return `Finals/IMG_2041.${format === 'same' || format === 'jpeg' ? 'jpg' : format}`;
}

/** A name that none of these has: `Photos`, else `Photos 2`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let n = 2; ; n++) {
    const other = `${name.slice(0, 100 - ` ${n}`.length)} ${n}`;
    if (!taken.has(other)) return other;
  }
}
