/** A photo with the small picture in its Exif that cameras write there. CIPA DC-008 (Exif 2.32), 4.5.3 */

/** Both are JPEGs: `photo` gets `thumb` as its thumbnail, and says that it is to be turned as `orientation` says. */
export function withThumb(photo: Buffer, thumb: Buffer, orientation: number): Buffer {
  const first = directory([[0x0112, 3, orientation]]);
  const second = directory([
    [0x0103, 3, 6],
    [0x0201, 4, 0],
    [0x0202, 4, thumb.length],
  ]);
  first.writeUInt32BE(8 + first.length, first.length - 4); // the directory of the thumbnail is the next one
  second.writeUInt32BE(8 + first.length + second.length, 2 + 12 + 8); // where the thumbnail lies
  const head = Buffer.from('4d4d002a00000008', 'hex');
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), head, first, second, thumb]);
  const segment = Buffer.from([0xff, 0xe1, (content.length + 2) >> 8, (content.length + 2) & 0xff]);
  return Buffer.concat([photo.subarray(0, 2), segment, content, photo.subarray(2)]);
}

/** Entries of one value each: 3 is a short, 4 a long. */
function directory(entries: readonly [tag: number, type: 3 | 4, value: number][]): Buffer {
  const bytes = Buffer.alloc(2 + entries.length * 12 + 4);
  bytes.writeUInt16BE(entries.length, 0);
  entries.forEach(([tag, type, value], place) => {
    const at = 2 + place * 12;
    bytes.writeUInt16BE(tag, at);
    bytes.writeUInt16BE(type, at + 2);
    bytes.writeUInt32BE(1, at + 4);
    if (type === 3) bytes.writeUInt16BE(value, at + 8);
    else bytes.writeUInt32BE(value, at + 8);
  });
  return bytes;
}
