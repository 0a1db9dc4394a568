/** The small picture that cameras write into their photos: it is in the first bytes, so that nothing else has to be fetched. */
import ExifReader from 'exifreader';

/** bytes: what is fetched for it */
export const thumbHead = 128 * 1024;

/** `head`: the first bytes of a JPEG or a raw file. A JPEG, turned as the photo is; null: there is none, or it is damaged. */
export function exifThumb(head: Buffer): Buffer | null {
  try {
    const { Thumbnail, exif } = ExifReader.load(head, { expanded: true });
    if (Thumbnail === undefined) return null;
    const image = Buffer.from(new Uint8Array(Thumbnail.image as ArrayBuffer));
    return isJpeg(image) ? withOrientation(image, orientationOf(exif?.Orientation?.value)) : null;
  } catch {
    return null; // a damaged or cut directory, of which there are many
  }
}

function isJpeg(image: Buffer): boolean {
  return image.length > 100 && image[0] === 0xff && image[1] === 0xd8;
}

function orientationOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 8 ? value : 1;
}

/** Exif has it for the photo alone. CIPA DC-008 (Exif 2.32), 4.5.2: an APP1 right behind the start of the image. */
function withOrientation(image: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008' + '0001' + '0112000300000001' + '00000000' + '00000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, content.length + 2]);
  return Buffer.concat([head, content, image.subarray(2)]);
}
