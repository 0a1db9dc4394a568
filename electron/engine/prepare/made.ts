/** What is to be made of a file, and what its key becomes when something else was made of it. */
import path from 'node:path';
import mime from 'mime';
import type { DestinationRules, ImagePreparation } from '../../../shared/destination.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { Output } from '../../../shared/output.ts';
import type { ReasonLeft } from '../../../shared/prepared.ts';
import { extensionFor, withExtension } from '../plan/plan-file.ts';

/** Throws `internal` where the rules ask for nothing of the kind. */
export function imageOf(rules: DestinationRules, { role, name }: Pick<Output, 'role' | 'name'>): ImagePreparation {
  const image = wantedOf(rules, role, name);
  if (image === undefined || image === null)
    throw new SidelineError('internal', { cause: new Error(`nothing says how to prepare ${role} ${String(name)}`) });
  return image;
}

function wantedOf(
  rules: DestinationRules,
  role: Output['role'],
  name: string | null,
): ImagePreparation | null | undefined {
  if (role === 'still') return rules.videoStill?.image;
  return role === 'derived' ? rules.derived.find((one) => one.name === name)?.image : rules.image;
}

/** As receipts keep it: nothing was made, and the file goes up as it is. */
export function asIs(left: ReasonLeft): string {
  return `as-is: ${left}`;
}

/** Likewise: the image was taken from a video, so many seconds from its start. */
export function stillAt(seconds: number): string {
  return `still: ${seconds.toFixed(1)}`;
}

/** The key was made for what the rules ask for: what becomes something else is named after what it is. */
export function keyFor(key: string, type: string, output: Pick<Output, 'relativePath' | 'type'>): string {
  const extension = path.posix.extname(key).slice(1).toLowerCase();
  if (extension === '' || mime.getType(extension) === type) return key;
  const own = path.posix.extname(output.relativePath).slice(1);
  const right = type === output.type ? own : extensionFor(type);
  return right === null || right === '' ? key : withExtension(key, right);
}
