/** The digest of an object's bytes, which is compared with what proves its content. */
import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Proof } from './proof.ts';

export interface Verdict {
  verdict: 'same' | 'different' | 'unknown';
  /** Two with the same had the same bytes. */
  value: string;
}

export interface Digest {
  update(bytes: Buffer): void;
  /** Once, at the end. */
  end(): Verdict;
}

/** Of an object's bytes, from the first to the last. */
export function createDigest(proof: Proof): Digest {
  switch (proof.by) {
    case 'crc32':
    case 'none':
      return crcDigest(proof.by === 'crc32' ? proof.crc32 : null);
    case 'etag-md5':
      return md5Digest(proof);
  }
}

function crcDigest(expected: number | null): Digest {
  let crc = 0;
  return {
    update: (bytes) => void (crc = crc32(bytes, crc)),
    end: () => ({
      verdict: expected === null ? 'unknown' : crc === expected ? 'same' : 'different',
      value: String(crc),
    }),
  };
}

function md5Digest({ etag, partSize, guessed }: Proof & { by: 'etag-md5' }): Digest {
  const ofParts: Buffer[] = [];
  let hash: Hash = createHash('md5');
  let inPart = 0;

  function endPart(): void {
    ofParts.push(hash.digest());
    hash = createHash('md5');
    inPart = 0;
  }

  return {
    update(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (inPart === partSize) endPart();
        const piece = bytes.subarray(at, partSize === null ? undefined : at + partSize - inPart);
        hash.update(piece);
        at += piece.length;
        inPart += piece.length;
      }
    },
    end() {
      endPart();
      const whole = createHash('md5').update(Buffer.concat(ofParts)).digest('hex');
      const value = partSize === null ? (ofParts[0]?.toString('hex') ?? '') : `${whole}-${ofParts.length}`;
      return { verdict: value === etag ? 'same' : guessed ? 'unknown' : 'different', value };
    },
  };
}
