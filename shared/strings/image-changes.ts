/** What was changed in an image before it was sent, or why nothing was: the words for what receipts keep. */
import type { ImageChange, ReasonLeft } from '../prepared.ts';

const changes: Record<ImageChange, string> = {
  rotated: 'turned upright',
  resized: 'made smaller',
  cropped: 'cropped',
  converted: 'another format',
  're-encoded': 'written anew',
  'metadata-removed': 'place, camera and names removed',
  'colour-profile': 'colours made sRGB',
  'bit-depth': '8 bits a colour',
  'transparency-filled': 'transparency made white',
};

const left: Record<ReasonLeft, string> = {
  smaller: 'sent as it is: written anew it would be no smaller',
  undecodable: 'sent as it is: Sideline cannot decode images of this kind',
  damaged: 'sent as it is: it is damaged, or too large to be decoded',
  vector: 'sent as it is: it has no pixels',
  frames: 'sent as it is: it moves or has several pages',
};

const asIs = 'as-is: ';
const still = 'still: ';

/** Of a code that a later version wrote: the code. */
export function changeWords(code: string): string {
  if (code.startsWith(still)) return `a still of the video, ${code.replace(still, '')} s from its start`;
  const words: Partial<Record<string, string>> = code.startsWith(asIs) ? left : changes;
  return words[code.replace(asIs, '')] ?? code;
}
