/** What becomes of one file by the destinations of its batch: where it goes, as which transfers, under which keys. Writes nothing. */
import path from 'node:path';
import mime from 'mime';
import type { DestinationRules, ImagePreparation, Target } from '../../../shared/destination.ts';
import type { Fingerprint } from '../../../shared/domain.ts';
import { reason, reasonOf } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import {
  keyDate,
  objectKey,
  parseKeyTemplate,
  renderKey,
  takenDate,
  type KeyValues,
} from '../../../shared/key-template/index.ts';
import { accepts } from '../../../shared/media-type.ts';
import type { Output } from '../../../shared/output.ts';
import { sortInto } from '../../../shared/sorting.ts';
import type { Exceptions } from '../../../shared/upload-plan.ts';
import { typeOf } from '../inspect/type-of.ts';
import { typeFor } from '../prepare/encode.ts';
import type { LargestFile } from './largest.ts';
import type { LookedFile, Refusal } from './look.ts';

export interface FileToPlan extends LookedFile {
  /** drawn once, and kept */
  key: Output['key'];
}

export interface PlannedOutput extends Pick<Output, 'role' | 'name'> {
  key: string;
  /** it is made before it is sent */
  todo: boolean;
}

export interface FilePlan {
  /** Where the file has no place it is the first, and the refusal says so. */
  target: Target;
  /** whether it is `target` that takes the file, or refuses it */
  placed: boolean;
  /** media type */
  type: string;
  /** why it is not sent */
  refusal: Refusal | null;
  /** The file's own is the first; of what is refused only that. */
  outputs: PlannedOutput[];
}

/** Of one batch, in their order. */
export type Targets = readonly [Target, ...Target[]];

/** Where the files of a batch go. */
export interface Placing {
  targets: Targets;
  exceptions: Exceptions;
  /** what each connection takes; absent: whatever it is */
  largestOf?: (connectionId: number) => LargestFile;
}

/** Types that can be made anew. What is none of them goes up as it is. */
const preparable = /^image\/(jpeg|png|webp|avif|tiff|heic|heif|gif)$/;

export function isPreparable(type: string): boolean {
  return preparable.test(type);
}

/** Whether an output of a file of this type is made before it is sent. */
export function isMade({ image }: DestinationRules, { role, type }: Pick<Output, 'role' | 'type'>): boolean {
  if (role === 'original') return false;
  return role !== 'file' || (image !== null && isPreparable(type));
}

/** As what a transfer is planned: of a still nothing is known yet, and the size of its video would be counted twice. */
export function plannedAs(role: Output['role'], fingerprint: Fingerprint): Fingerprint {
  return role === 'still' ? { ...fingerprint, size: 0 } : fingerprint;
}

/** A person's word for one file goes before the rules. With only one target, which has no rules of sorting, all files are its. */
export function planFile(file: FileToPlan, placing: Placing): FilePlan {
  const { type } = typeOf(file.inspected, path.basename(file.source));
  const place = placeOf(file, type, placing);
  const { target } = place;
  const refused = place.refusal ?? refusalOf(target.rules, file, type);
  const placed = place.refusal === null;
  try {
    const outputs = outputsOf(target.rules, file, type);
    // What is made of an image is smaller: how large nobody knows yet.
    const asItIs = outputs.some(({ todo }) => !todo);
    const tooLarge = asItIs ? (placing.largestOf?.(target.connectionId)(file.fingerprint.size) ?? null) : null;
    const refusal = refused ?? tooLarge;
    return { target, placed, type, refusal, outputs: refusal === null ? outputs : outputs.slice(0, 1) };
  } catch (error) {
    const why = refused ?? { state: 'failed', reason: reasonOf(error) };
    return { target, placed, type, refusal: why, outputs: [unplanned(file.relativePath)] };
  }
}

const skip = (why: Refusal['reason']) => ({ state: 'skipped', reason: why }) as const;

/** Even what goes nowhere has a row, and so a key. */
function unplanned(relativePath: string): PlannedOutput {
  return { role: 'file', name: null, key: relativePath, todo: false };
}

/** The refusal is that of a file which has no place, or can go to none. */
function placeOf(file: FileToPlan, type: string, placing: Placing): { target: Target; refusal: Refusal | null } {
  const { targets, exceptions } = placing;
  const { relativePath } = file;
  const chosen = Object.hasOwn(exceptions, relativePath) ? exceptions[relativePath] : undefined;
  if (chosen === null) return { target: targets[0], refusal: skip(reason('left-out')) };
  const byHand = targets.find(({ destinationId }) => destinationId === chosen) ?? null;
  const found = byHand ?? targetFor(targets, relativePath, type);
  return {
    target: found ?? targets[0],
    refusal: file.refusal ?? (found === null ? skip(reason('no-destination')) : null),
  };
}

function targetFor(targets: Targets, relativePath: string, type: string): Target | null {
  const [only] = targets;
  if (targets.length === 1 && only.sorting.length === 0) return only;
  const at = sortInto(
    targets.map(({ sorting }) => ({ rules: sorting })),
    { relativePath, type },
  );
  return at === null ? null : (targets[at] ?? null);
}

function refusalOf(rules: DestinationRules, { fingerprint: { size } }: FileToPlan, type: string): FilePlan['refusal'] {
  if (size === 0 && rules.accepts.length > 0) return skip(reason('empty-file'));
  if (!accepts(rules.accepts, type)) return skip(reason('type-refused', type));
  if (rules.maxSize !== null && size > rules.maxSize) return skip(reason('over-limit', formatBytes(rules.maxSize)));
  return null;
}

function outputsOf(rules: DestinationRules, file: FileToPlan, type: string): PlannedOutput[] {
  const image = isPreparable(type) ? rules.image : null;
  const own = keyOf(rules, rules.keyTemplate, file, image === null ? null : extensionOf(image, type));
  const outputs: PlannedOutput[] = [{ role: 'file', name: null, key: own, todo: image !== null }];
  if (image !== null && rules.originalPrefix !== null) {
    const key = keyOf({ ...rules, prefix: rules.originalPrefix }, rules.keyTemplate, file, null);
    outputs.push({ role: 'original', name: null, key, todo: false });
  }
  if (isPreparable(type)) {
    for (const { name, keyTemplate, image: size } of rules.derived) {
      const key = keyOf(rules, keyTemplate, file, extensionOf(size, type));
      outputs.push({ role: 'derived', name, key, todo: true });
    }
  }
  if (type.startsWith('video/') && rules.videoStill !== null) {
    const { keyTemplate, image: still } = rules.videoStill;
    outputs.push({
      role: 'still',
      name: null,
      key: keyOf(rules, keyTemplate, file, extensionOf(still, type)),
      todo: true,
    });
  }
  return outputs;
}

/** Of what an image of this type becomes; null: the file's own stays right. */
function extensionOf(image: Pick<ImagePreparation, 'format'>, type: string): string | null {
  const becomes = typeFor(image, type);
  return becomes === type ? null : extensionFor(becomes);
}

/** As cameras write it; null: there is none for this type. */
export function extensionFor(type: string): string | null {
  return type === 'image/jpeg' ? 'jpg' : mime.getExtension(type);
}

/** Throws `invalid-input` where a field of the template has no value, and `key-invalid`. */
function keyOf(
  rules: Pick<DestinationRules, 'prefix' | 'fields' | 'zone'>,
  template: string,
  file: FileToPlan,
  extension: string | null,
): string {
  const relativePath = extension === null ? file.relativePath : withExtension(file.relativePath, extension);
  return objectKey(rules.prefix, renderKey(parsed(template), { ...valuesOf(rules, file), relativePath }));
}

function valuesOf({ fields, zone }: Pick<DestinationRules, 'fields' | 'zone'>, file: FileToPlan): KeyValues {
  const { uuid, hex8, counter, at } = file.key;
  return {
    ...{ fields, counter, ids: { uuid, hex8 }, relativePath: file.relativePath },
    date: keyDate(at, zone),
    measures: file.inspected,
    taken: takenDate(file.inspected.taken, file.fingerprint.mtime, zone),
  };
}

/** `a/photo.heic`, jpg -> `a/photo.jpg`; a name without extension gets it. */
export function withExtension(name: string, extension: string): string {
  const { dir, name: stem } = path.posix.parse(name);
  return `${dir === '' ? '' : `${dir}/`}${stem}.${extension}`;
}

/** Few templates, and many files. */
const templates = new Map<string, ReturnType<typeof parseKeyTemplate>>();

function parsed(text: string): ReturnType<typeof parseKeyTemplate> {
  let template = templates.get(text);
  if (template === undefined) templates.set(text, (template = parseKeyTemplate(text)));
  return template;
}
