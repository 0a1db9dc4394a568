/** The rules by which bytes are sent: part sizes, places on the line, memory, retries, checksums of wholes from parts. */
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { transferStates } from '../../shared/domain.ts';
import { printable } from '../../shared/format.ts';
import { canMove, unfinishedStates } from '../../electron/engine/transfer-state.ts';
import { createBuffers, largestBuffer } from '../../electron/engine/upload/buffers.ts';
import { createGovernor, type Governor } from '../../electron/engine/upload/governor.ts';
import {
  bytesInTime,
  MiB,
  partCount,
  partRange,
  partRules,
  partSizeFor,
  smallerPartSize,
} from '../../electron/engine/upload/part-size.ts';
import { backoff } from '../../electron/engine/upload/retry.ts';
import { createSlots, shed } from '../../electron/engine/upload/slots.ts';
import { combineCrc32 } from '../../electron/engine/verify/crc32-combine.ts';
import { seededRandom } from '../servers/random.ts';

const GiB = 2 ** 30;
const TiB = 2 ** 40;

describe('part sizes', () => {
  it.each([
    [0, null, null],
    [16 * MiB, null, null],
    [16 * MiB + 1, null, 8 * MiB],
    [5 * GiB, null, 8 * MiB],
    [10_000 * 8 * MiB, null, 8 * MiB],
    [10_000 * 8 * MiB + 1, null, 9 * MiB],
    [5 * TiB, null, 525 * MiB],
    [100 * MiB, 100 * MiB, 8 * MiB],
    [100 * MiB, 20_000, 5 * MiB], // a line of 160 kbit/s
    [10 * MiB, 20_000, 5 * MiB],
    [5 * MiB, 20_000, null],
    [200 * GiB, 20_000, 21 * MiB], // there is no way round the 10,000
  ])('of %d bytes on a line of %s bytes/s: %s', (size, rate, expected) => {
    expect(partSizeFor(size, rate)).toBe(expected);
  });

  it('cover a file without gap or overlap, in at most 10,000 parts', () => {
    const random = seededRandom('part sizes');
    for (let round = 0; round < 500; round++) {
      const size = 16 * MiB + 1 + Math.floor(random.next() ** 4 * 5 * TiB);
      const partSize = partSizeFor(size, null) ?? 0;
      const count = partCount(size, partSize);
      expect(count).toBeLessThanOrEqual(10_000);
      expect(partRange(size, partSize, 1).offset).toBe(0);
      const last = partRange(size, partSize, count);
      expect(last.offset + last.length).toBe(size);
      expect(last.length).toBeGreaterThan(0);
    }
  });

  it('and their number side by side let each be through well within the 15 minutes of S3', async () => {
    const { signal: never } = new AbortController();
    for (const rate of [10_000, 30_000, 100_000, 300_000]) {
      const partSize = partSizeFor(GiB, rate) ?? GiB;
      const slots = createSlots(createGovernor(), createBuffers(), () => bytesInTime(rate));
      for (let asked = 0; asked < 64; asked++) void slots.acquire(partSize, never);
      await Promise.resolve();
      const sideBySide = slots.taken().length;
      expect(sideBySide).toBeGreaterThanOrEqual(1);
      const seconds = (partSize * sideBySide) / rate;
      if (sideBySide > 1) expect(seconds * 1000).toBeLessThanOrEqual(partRules.longest);
      expect(seconds).toBeLessThan(15 * 60);
    }
  });

  it('get smaller where a line was too slow for them, as far as S3 allows', () => {
    const cut = (size: number, partSize: number | null) => smallerPartSize({ size, partSize }, partRules);
    expect(cut(16 * MiB, null)).toBe(5 * MiB);
    expect(cut(100 * MiB, 8 * MiB)).toBe(5 * MiB);
    expect(cut(100 * MiB, 5 * MiB)).toBe(null);
    expect(cut(5 * MiB, null)).toBe(null);
    expect(cut(200 * GiB, 21 * MiB)).toBe(null);
  });
});

describe('places on the line', () => {
  const never = new AbortController().signal;
  const ofFour = (): Governor => {
    const governor = createGovernor();
    governor.fix(4);
    return governor;
  };

  it('are as many as the governor allows; who waits comes in when one is given up', async () => {
    const slots = createSlots(ofFour(), createBuffers());
    const taken = await Promise.all([1, 2, 3, 4].map(() => slots.acquire(MiB, never)));
    let came = false;
    const fifth = slots.acquire(MiB, never).then((slot) => {
      came = true;
      return slot;
    });
    await Promise.resolve();
    expect(came).toBe(false);
    taken[0]?.release();
    expect((await fifth).buffer.length).toBe(MiB);
  });

  it('wait for memory too, and never deadlock', async () => {
    const slots = createSlots(ofFour(), createBuffers(2 * largestBuffer));
    const two = await Promise.all([slots.acquire(largestBuffer, never), slots.acquire(largestBuffer, never)]);
    const third = slots.acquire(1, never);
    two[1].release();
    expect((await third).buffer.length).toBe(MiB / 16);
  });

  it('are given up by those who waited in vain', async () => {
    const slots = createSlots(ofFour(), createBuffers());
    await Promise.all([1, 2, 3, 4].map(() => slots.acquire(1, never)));
    const stop = new AbortController();
    const waiting = slots.acquire(1, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });

  it('go back to those who are furthest, when the line turns out to be slow', async () => {
    const slots = createSlots(ofFour(), createBuffers());
    const taken = await Promise.all([1, 2, 3, 4].map(() => slots.acquire(MiB, never)));
    for (const [at, slot] of taken.entries()) slot.sent = at * 1000;
    shed(slots, 1.5 * MiB);
    expect(taken.map(({ signal }) => signal.aborted)).toEqual([true, true, true, false]);
  });
});

describe('buffers', () => {
  it('never overlap, and are whole again when all are given back', () => {
    const random = seededRandom('buffers');
    const buffers = createBuffers(4 * largestBuffer);
    const taken: Buffer[] = [];
    for (let round = 0; round < 5000; round++) {
      const wanted = 1 + random.below(2 ** (10 + random.below(15)));
      if (random.below(2) === 0 && buffers.has(wanted)) {
        const buffer = buffers.take(wanted);
        expect(buffer.length).toBeGreaterThanOrEqual(Math.min(wanted, largestBuffer));
        const end = buffer.byteOffset + buffer.length;
        for (const other of taken) {
          expect(end <= other.byteOffset || buffer.byteOffset >= other.byteOffset + other.length).toBe(true);
        }
        taken.push(buffer);
      } else if (taken.length > 0) {
        const [given] = taken.splice(random.below(taken.length), 1);
        if (given !== undefined) buffers.give(given);
      }
    }
    taken.forEach((buffer) => buffers.give(buffer));
    const all = Array.from({ length: 4 }, () => buffers.take(largestBuffer));
    expect(new Set(all.map(({ byteOffset }) => byteOffset)).size).toBe(4);
    expect(buffers.has(1)).toBe(false);
  });
});

describe('the governor', () => {
  /** A line that carries `capacity` bytes a second, and `each` at most on one request. Returns the limit after `seconds`. */
  function run(
    governor: Governor,
    clock: { ms: number },
    line: { capacity: number; each: number },
    seconds: number,
  ): number {
    const size = 8 * MiB;
    for (const end = clock.ms + seconds * 1000; clock.ms < end;) {
      const sideBySide = governor.limit();
      governor.saturation(sideBySide);
      const rate = Math.min(line.capacity, line.each * sideBySide);
      clock.ms += (size / rate) * 1000; // one request ends after so long, on average
      governor.sent(size);
      governor.finished();
    }
    return governor.limit();
  }

  it('goes up while that brings more', () => {
    const clock = { ms: 0 };
    const governor = createGovernor(() => clock.ms);
    expect(run(governor, clock, { capacity: 400 * MiB, each: 10 * MiB }, 120)).toBeGreaterThanOrEqual(32);
  });

  it('stays low where it brings nothing', () => {
    const clock = { ms: 0 };
    const governor = createGovernor(() => clock.ms);
    expect(run(governor, clock, { capacity: 20 * MiB, each: 20 * MiB }, 120)).toBeLessThanOrEqual(16);
  });

  it('is halved when the store asks for it, once for a burst, and comes back later', () => {
    const clock = { ms: 0 };
    const governor = createGovernor(() => clock.ms);
    const high = run(governor, clock, { capacity: 400 * MiB, each: 10 * MiB }, 120);
    for (let answer = 0; answer < 20; answer++) governor.slowDown();
    expect(governor.limit()).toBe(Math.floor(high / 2));
    expect(run(governor, clock, { capacity: 400 * MiB, each: 10 * MiB }, 300)).toBeGreaterThan(high / 2);
  });

  it('keeps to a fixed number', () => {
    const governor = createGovernor();
    governor.fix(3);
    expect(governor.limit()).toBe(3);
  });
});

describe('retries', () => {
  it('wait a random whole time up to a bound that doubles', () => {
    const rules = { first: 100, longest: 1000 };
    const bounds = [1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, () => 1, rules));
    expect(bounds).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(backoff(3, () => 0, rules)).toBe(0);
    expect(Number.isInteger(backoff(3, () => 0.123456, rules))).toBe(true); // the journal takes no others
  });
});

describe('the CRC32 of a whole', () => {
  it('comes from those of its parts, whatever their lengths', () => {
    const random = seededRandom('crc32');
    for (let round = 0; round < 200; round++) {
      const bytes = random.bytes(random.below(5000));
      const cut = random.below(bytes.length + 1);
      const [first, second] = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(crc32(bytes));
    }
  });

  it('holds for lengths beyond 4 GiB', () => {
    // 5 GiB of zeros in two ways: at once as a length, and doubled up from 1 MiB.
    const mebibyte = crc32(Buffer.alloc(MiB));
    let crc = mebibyte;
    let length = MiB;
    for (; length < 4 * GiB; length *= 2) crc = combineCrc32(crc, crc, length);
    let oneByOne = mebibyte;
    for (let at = 1; at < 4096; at++) oneByOne = combineCrc32(oneByOne, mebibyte, MiB);
    expect(length).toBe(4 * GiB);
    expect(crc).toBe(oneByOne);
  });
});

describe('the states of a transfer', () => {
  it('lead from every unfinished one to done and to cancelled, and from done nowhere', () => {
    const reaches = (from: (typeof transferStates)[number], to: (typeof transferStates)[number]) => {
      const seen = new Set([from]);
      for (const state of seen) for (const next of transferStates) if (canMove(state, next)) seen.add(next);
      return seen.has(to);
    };
    for (const state of unfinishedStates) {
      expect(reaches(state, 'done'), state).toBe(true);
      expect(reaches(state, 'cancelled'), state).toBe(true);
    }
    expect(transferStates.filter((state) => canMove('done', state))).toEqual([]);
  });
});

describe('a name in a terminal', () => {
  it.each([
    ['plain é 日 🏆.jpg', 'plain é 日 🏆.jpg'],
    ['\u001b[2J', '\\u{1b}[2J'],
    ['a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c'],
    ['photo\u202egpj.exe', 'photo\\u{202e}gpj.exe'],
    ['\u009b31m', '\\u{9b}31m'],
  ])('%j is shown as %s', (name, shown) => {
    expect(printable(name)).toBe(shown);
  });
});
