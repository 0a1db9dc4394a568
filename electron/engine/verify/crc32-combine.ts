/**
 * The CRC32 of two pieces from the CRC32s of each, so that a whole object's is known from those of its parts: S3's
 * FULL_OBJECT checksum. The method is zlib's crc32_combine: the first piece's remainder is moved on by `length` zero bytes,
 * by squaring the operator for one zero bit. https://github.com/madler/zlib/blob/develop/crc32.c
 */
const polynomial = 0xedb88320;

type Matrix = Uint32Array; // 32 columns over GF(2)

function times(matrix: Matrix, vector: number): number {
  let sum = 0;
  for (let at = 0, rest = vector; rest !== 0; at++, rest >>>= 1) {
    if ((rest & 1) === 1) sum ^= matrix[at] ?? 0;
  }
  return sum >>> 0;
}

function square(matrix: Matrix): Matrix {
  return matrix.map((column) => times(matrix, column));
}

/** The operator for one zero byte. */
function zeroByte(): Matrix {
  const zeroBit = new Uint32Array(32);
  zeroBit[0] = polynomial;
  for (let at = 1; at < 32; at++) zeroBit[at] = 2 ** (at - 1);
  return square(square(square(zeroBit)));
}

/** `a` and `b` are unsigned 32-bit CRCs, `lengthOfB` is in bytes (0 to 2^53 - 1). */
export function combineCrc32(a: number, b: number, lengthOfB: number): number {
  let crc = a;
  let operator = zeroByte();
  for (let rest = lengthOfB; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = times(operator, crc);
    operator = square(operator);
  }
  return (crc ^ b) >>> 0;
}
