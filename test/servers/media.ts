/** Boxes of MP4, QuickTime and HEIF, and directories of TIFF, written by hand: what cameras write and no library here does. */

export function box(type: string, ...content: Uint8Array[]): Buffer {
  const inside = Buffer.concat(content);
  return Buffer.concat([u32(inside.length + 8), Buffer.from(type, 'latin1'), inside]);
}

/** A box with version and flags. */
export function fullBox(type: string, [version, flags]: [number, number], ...content: Uint8Array[]): Buffer {
  return box(type, u32(version * 0x100_0000 + flags), ...content);
}

export const zeros = (count: number): Buffer => Buffer.alloc(count);
export const text = (value: string): Buffer => Buffer.from(value, 'latin1');
export const u8 = (value: number): Buffer => numberOf(value, 1);
export const u16 = (value: number): Buffer => numberOf(value, 2);
export const u32 = (value: number): Buffer => numberOf(value, 4);

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function numberOf(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

export interface MadeMovie {
  brand?: string;
  /** seconds since 1904 */
  created?: number;
  /** in thousandths */
  duration?: number;
  /** degrees by which the picture is shown turned */
  turned?: 0 | 90 | 180 | 270;
  size?: [width: number, height: number];
  /** com.apple.quicktime.creationdate */
  apple?: string;
  /** mvhd in 64 bits */
  long?: boolean;
  /** of a movie in fragments, in thousandths */
  fragments?: number;
}

export function fileType(brand: string, ...others: string[]): Buffer {
  return box('ftyp', text(brand.padEnd(4)), u32(0), text(others.join('')));
}

/** moov, without the tables of frames. */
export function movieBox(movie: MadeMovie): Buffer {
  const [width, height] = movie.size ?? [1920, 1080];
  const sound = track('soun', 0, zeros(8));
  const pictures = track('vide', movie.turned ?? 0, Buffer.concat([u32(width * 0x10000), u32(height * 0x10000)]));
  const fragments = movie.fragments === undefined ? [] : [box('mvex', fullBox('mehd', [0, 0], u32(movie.fragments)))];
  const apple = movie.apple === undefined ? [] : [appleMeta(movie.apple)];
  return box('moov', movieHeader(movie), sound, pictures, ...fragments, ...apple);
}

function movieHeader({ created = 0, duration = 12_345, long = false }: MadeMovie): Buffer {
  const rest = [u32(0x10000), u16(0x100), zeros(10), matrix(0), zeros(24), u32(3)];
  const number = (value: number) => (long ? u64(BigInt(value)) : u32(value));
  const times = [number(created), number(created), u32(1000), number(duration)];
  return fullBox('mvhd', [long ? 1 : 0, 0], ...times, ...rest);
}

function track(handler: string, turned: number, size: Buffer): Buffer {
  return box(
    'trak',
    fullBox('tkhd', [0, 3], zeros(8), u32(1), zeros(4), u32(12_345), zeros(16), matrix(turned), size),
    box('mdia', fullBox('hdlr', [0, 0], zeros(4), text(handler), zeros(12), text('Handler\0'))),
  );
}

function matrix(turned: number): Buffer {
  const [cos, sin] = [Math.round(Math.cos((turned * Math.PI) / 180)), Math.round(Math.sin((turned * Math.PI) / 180))];
  const numbers = [cos * 0x10000, sin * 0x10000, 0, -sin * 0x10000, cos * 0x10000, 0, 0, 0, 0x40000000];
  return Buffer.concat(numbers.map((number) => u32(number < 0 ? number + 2 ** 32 : number)));
}

/** As iPhones write it: without version and flags, and with a second item before. */
function appleMeta(date: string): Buffer {
  const key = (name: string) => Buffer.concat([u32(name.length + 8), text(`mdta${name}`)]);
  const item = (index: number, value: string) =>
    box(u32(index).toString('latin1'), box('data', u32(1), u32(0), text(value)));
  return box(
    'meta',
    fullBox('hdlr', [0, 0], zeros(4), text('mdta'), zeros(13)),
    fullBox('keys', [0, 0], u32(2), key('com.apple.quicktime.make'), key('com.apple.quicktime.creationdate')),
    box('ilst', item(1, 'Apple'), item(2, date)),
  );
}

/** A HEIC whose picture is noise, and whose Exif lies behind it. */
export function heic(made: {
  brands: [string, ...string[]];
  size: [width: number, height: number];
  /** quarters of a turn, against the clock */
  quarters: number;
  /** TIFF */
  exif: Buffer;
  /** bytes before the Exif */
  picture: Buffer;
}): Buffer {
  const [width, height] = made.size;
  const block = Buffer.concat([u32(6), text('Exif\0\0'), made.exif]);
  const item = (id: number, type: string) => fullBox('infe', [2, 0], u16(id), u16(0), text(`${type}\0`));
  const links = [u16(1), u8(3), u8(0x81), u8(3), u8(0x84)]; // hvcC, ispe, irot
  const properties = box(
    'iprp',
    box(
      'ipco',
      box('hvcC', zeros(23)),
      fullBox('ispe', [0, 0], u32(512), u32(512)), // a tile's
      fullBox('ispe', [0, 0], u32(width), u32(height)),
      box('irot', u8(made.quarters)),
    ),
    fullBox('ipma', [0, 0], u32(2), u16(2), u8(1), u8(2), ...links),
  );
  const head = (start: number) => {
    const place = (id: number, offset: number, length: number) =>
      Buffer.concat([u16(id), u16(0), u16(1), u32(offset), u32(length)]);
    const places = [place(1, start, made.picture.length), place(3, start + made.picture.length, block.length)];
    return Buffer.concat([
      fileType(...made.brands),
      fullBox(
        'meta',
        [0, 0],
        fullBox('hdlr', [0, 0], zeros(4), text('pict'), zeros(13)),
        fullBox('pitm', [0, 0], u16(1)),
        fullBox('iinf', [0, 0], u16(3), item(1, 'hvc1'), item(2, 'hvc1'), item(3, 'Exif')),
        fullBox('iloc', [0, 0], u8(0x44), u8(0), u16(2), ...places),
        properties,
      ),
    ]);
  };
  return Buffer.concat([head(head(0).length + 8), box('mdat', made.picture, block)]);
}

export interface MadeTiff {
  littleEndian?: boolean;
  /** instead of TIFF's 42: what Olympus and Panasonic write */
  magic?: number;
  /** short and long numbers by tag, of the main directory */
  main?: Record<number, number>;
  /** texts and numbers by tag, of the camera's */
  camera?: Record<number, string | number>;
  /** bytes between the header and the directories */
  before?: number;
}

export function tiff({ littleEndian = true, magic = 42, main = {}, camera = {}, before = 0 }: MadeTiff): Buffer {
  const number = (value: number, length: 2 | 4) => {
    const bytes = numberOf(value, length);
    return littleEndian ? bytes.reverse() : bytes;
  };
  const start = 8 + before;
  const cameraStart = start + 2 + (Object.keys(main).length + 1) * 12 + 4;
  let next = cameraStart + 2 + Object.keys(camera).length * 12 + 4;
  const values: Buffer[] = [];

  function entry([tag, value]: [string, string | number]): Buffer {
    if (typeof value === 'number') {
      return Buffer.concat([number(Number(tag), 2), number(4, 2), number(1, 4), number(value, 4)]);
    }
    const bytes = text(`${value}\0`);
    const head = [number(Number(tag), 2), number(2, 2), number(bytes.length, 4)];
    if (bytes.length <= 4) return Buffer.concat([...head, bytes], 12);
    values.push(bytes);
    next += bytes.length;
    return Buffer.concat([...head, number(next - bytes.length, 4)]);
  }

  const directory = (entries: Record<number, string | number>) =>
    Buffer.concat([number(Object.keys(entries).length, 2), ...Object.entries(entries).map(entry), number(0, 4)]);
  const header = [text(littleEndian ? 'II' : 'MM'), number(magic, 2), number(start, 4), zeros(before)];
  const directories = [directory({ ...main, 0x8769: cameraStart }), directory(camera)];
  return Buffer.concat([...header, ...directories, ...values]);
}
