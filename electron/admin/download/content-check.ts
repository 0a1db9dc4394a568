/** Compares what is written of an object, from its first byte to the last, with what proves its content. */
import { createDigest, type Verdict } from '../digest.ts';
import type { Proof } from '../proof.ts';
import type { Digests } from './digests.ts';

export interface ContentCheck {
  /** These are in the file, behind those of before. */
  wrote(bytes: Buffer): void;
  /** When all of them have been. Rejects as `Following.ended` does. */
  ended(): Promise<Verdict>;
  /** Nothing reads the file any more when it resolves. */
  stop(): Promise<void>;
}

/** What takes longer than a thread is told of it (an MD5: 2 ms) is not for the thread that everything waits for. bytes */
const mostHere = 1024 * 1024;

/** `file`: absolute path; `size`: bytes of the whole */
export function checkContent(digests: Digests, file: string, size: number, proof: Proof): ContentCheck {
  if (size <= mostHere || proof.by === 'none') {
    const digest = createDigest(proof);
    return {
      wrote: (bytes) => digest.update(bytes),
      ended: () => Promise.resolve(digest.end()),
      stop: () => Promise.resolve(),
    };
  }
  const following = digests.follow(file, size, proof);
  let written = 0;
  return {
    wrote(bytes) {
      written += bytes.length;
      following.upTo(written);
    },
    ended: () => following.ended.then(verdictOf),
    async stop() {
      following.stop();
      await following.ended.catch(() => undefined); // why it failed is told by `ended`, or nobody asks any more
    },
  };
}

/** A file that nobody has read to its end says nothing. */
export function verdictOf(verdict: Verdict | null): Verdict {
  return verdict ?? { verdict: 'unknown', value: '' };
}
