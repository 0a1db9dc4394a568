/** Whether an image file has nothing in it but what shows it: no Exif, no place, no thumbnail, no film behind the photo. */

/**
 * Of JPEG (ITU-T T.81, table B.1) what tables and frames need, JFIF, the colour profile and Adobe's note on the colours. APP2
 * is also where further pictures are announced (CIPA DC-007), so it is looked into.
 */
const plainMarkers = (marker: number) => (marker >= 0xc0 && marker <= 0xdf) || marker === 0xee;
/** https://www.w3.org/TR/png-3/#11Chunks */
const plainChunks = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '),
);
/** https://developers.google.com/speed/webp/docs/riff_container */
const plainRiff = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

/** False too for all types that it does not know. */
export function isBare(bytes: Buffer, type: string): boolean {
  if (type === 'image/jpeg') return isBareJpeg(bytes);
  if (type === 'image/png' || type === 'image/apng') return isBarePng(bytes);
  return type === 'image/webp' && isBareWebp(bytes);
}

function isBareJpeg(bytes: Buffer): boolean {
  let at = 2; // after SOI
  while (at + 4 <= bytes.length) {
    const marker = bytes.readUInt8(at + 1);
    if (bytes.readUInt8(at) !== 0xff) return false;
    if (marker === 0xd9) return at + 2 === bytes.length;
    if (!plainMarkers(marker) && !isPlainApp(bytes, at, marker)) return false;
    at += 2 + bytes.readUInt16BE(at + 2);
    if (marker === 0xda) at = endOfScan(bytes, at);
  }
  return at + 2 === bytes.length && bytes.readUInt16BE(at) === 0xffd9;
}

function isPlainApp(bytes: Buffer, at: number, marker: number): boolean {
  const name = bytes.toString('latin1', at + 4, at + 15);
  return (marker === 0xe0 && name.startsWith('JFIF\0')) || (marker === 0xe2 && name === 'ICC_PROFILE');
}

/** The next marker in coded data: 0xff before 0 is data, and before 0xd0 to 0xd7 a restart. */
function endOfScan(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0xd9;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

function isBarePng(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length;) {
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (!plainChunks.has(name)) return false;
    at += 12 + bytes.readUInt32BE(at);
    if (name === 'IEND') return at === bytes.length;
  }
  return false;
}

function isBareWebp(bytes: Buffer): boolean {
  let at = 12;
  while (at + 8 <= bytes.length) {
    if (!plainRiff.has(bytes.toString('latin1', at, at + 4))) return false;
    const size = bytes.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  return at === bytes.length;
}
