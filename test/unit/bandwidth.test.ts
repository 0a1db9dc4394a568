import { expect, it } from 'vitest';
import { createBandwidth } from '../../electron/engine/upload/bandwidth.ts';

const never = new AbortController().signal;

async function msOf(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

it('lets through what the limit allows, and makes the rest wait', async () => {
  const bandwidth = createBandwidth(10_000);
  expect(await msOf(bandwidth.take(2000, never))).toBeLessThan(100); // a burst
  const waited = await msOf(bandwidth.take(4000, never));
  expect(waited).toBeGreaterThan(200);
  expect(waited).toBeLessThan(1000);
});

it('lets those who wait go when the limit is lifted, and makes nobody pay for the pace of before', async () => {
  const bandwidth = createBandwidth(1024);
  const waiting = [bandwidth.take(1_000_000, never), bandwidth.take(1_000_000, never)];
  bandwidth.limit = null;
  expect(await msOf(Promise.all(waiting))).toBeLessThan(500);
  bandwidth.limit = 1_000_000;
  expect(await msOf(bandwidth.take(100_000, never))).toBeLessThan(500);
});

it('lets nobody pay for what was given up', async () => {
  const bandwidth = createBandwidth(10_000);
  await bandwidth.take(2500, never); // the burst
  const giving = new AbortController();
  const given = Array.from({ length: 8 }, () => bandwidth.take(10_000, giving.signal));
  giving.abort();
  await Promise.allSettled(given);
  expect(await msOf(bandwidth.take(1000, never))).toBeLessThan(1000); // 8 s where they are paid for
});

it('ends the waiting of who gives up', async () => {
  const giving = new AbortController();
  const waiting = createBandwidth(1024).take(1_000_000, giving.signal);
  giving.abort();
  await expect(waiting).rejects.toThrow();
});
