/** Canon's CR3: a QuickTime file that has Exif in boxes of its own. https://github.com/lclevy/canon_cr3 */
import { boxesIn, findBox } from './boxes.ts';
import { within, type Bytes } from './bytes.ts';
import { readTiff, type Directories } from './tiff.ts';

const canon = Buffer.from('85c0b687820f11e08111f4ce462b6a48', 'hex');

/** CMT1 is the main directory, CMT2 the camera's, each a TIFF. */
export function readCr3(bytes: Bytes): Directories {
  const movie = findBox(bytes, 'moov');
  for (const { type, content } of movie === null ? [] : boxesIn(movie)) {
    if (type !== 'uuid' || !content.at(0, canon.length).equals(canon)) continue;
    const inside = within(content, canon.length, content.size);
    return { main: mainOf(findBox(inside, 'CMT1')), camera: mainOf(findBox(inside, 'CMT2')) };
  }
  return { main: null, camera: null };
}

function mainOf(tiff: Bytes | null) {
  return tiff === null ? null : readTiff(tiff).main;
}
