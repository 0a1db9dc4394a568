/** HEIC and AVIF (ISO/IEC 23008-12): pictures are items, which lists in one box describe. */
import { boxesIn, findBox, kinds, readBox, type Box } from './boxes.ts';
import { within, type Bytes } from './bytes.ts';
import { noSize, type Size } from './found.ts';
import { unknownPicture, type Picture } from './image-files.ts';

/** Width and height are as shown: the file's own turns apply, and not those of its Exif (section 6.5.10). */
export function readHeif(bytes: Bytes): Picture {
  const meta = findBox(bytes, 'meta');
  if (meta === null) return unknownPicture();
  const boxes = [...boxesIn(meta, 4)]; // after version and flags
  return { ...sizeOf(boxes), exif: exifOf(bytes, boxes) };
}

function contentOf(boxes: readonly Box[], wanted: string): Bytes | null {
  return boxes.find(({ type }) => type === wanted)?.content ?? null;
}

function sizeOf(boxes: readonly Box[]): Size {
  const primary = readBox(kinds.pitm, contentOf(boxes, 'pitm'))?.item_id;
  const properties = contentOf(boxes, 'iprp');
  const list = properties === null ? null : findBox(properties, 'ipco');
  if (properties === null || list === null) return noSize;
  const links = readBox(kinds.ipma, findBox(properties, 'ipma'))?.associations ?? [];
  const all = [...boxesIn(list)];
  // They are counted from 1.
  const own = (links.find(({ id }) => id === primary)?.props ?? []).flatMap(
    (link) => all[link.property_index - 1] ?? [],
  );
  const size = readBox(kinds.ispe, contentOf(own, 'ispe'));
  if (size === null) return noSize;
  const sideways = (readBox(kinds.irot, contentOf(own, 'irot'))?.angle ?? 0) % 2 === 1;
  const { image_width: width, image_height: height } = size;
  return sideways ? { width: height, height: width } : { width, height };
}

function exifOf(bytes: Bytes, boxes: readonly Box[]): Bytes | null {
  const id = idOfExif(contentOf(boxes, 'iinf'));
  const place = placesOf(contentOf(boxes, 'iloc')).find(({ item_ID }) => item_ID === id);
  const [extent] = place?.extents ?? [];
  if (id === null || place === undefined || extent === undefined) return null;
  // Its bytes lie in the file (0), or in a box of their own (1).
  const home = place.construction_method === 0 ? bytes : contentOf(boxes, 'idat');
  if (home === null || place.construction_method > 1) return null;
  const item = within(home, place.base_offset + extent.extent_offset, extent.extent_length);
  const before = item.at(0, 4);
  return before.length < 4 ? null : within(item, 4 + before.readUInt32BE(0), item.size);
}

/** Where the bytes of the items are. Without a size for offset and length a list of a few bytes could have millions. */
function placesOf(list: Bytes | null) {
  const sizes = list?.at(4, 1)[0] ?? 0;
  return sizes === 0 ? [] : (readBox(kinds.iloc, list)?.items ?? []);
}

function idOfExif(infos: Bytes | null): number | null {
  const version = infos?.at(0, 1)[0];
  if (infos === null || version === undefined) return null;
  // The number of items has 16 bits in version 0, and 32 after.
  for (const { type, content } of boxesIn(infos, version === 0 ? 6 : 8)) {
    if (type !== 'infe') continue;
    const item = readBox(kinds.infe, content);
    if (item?.item_type === 'Exif') return item.item_ID;
  }
  return null;
}
