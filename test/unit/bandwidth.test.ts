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

it('lets nobody wait behind what was given up', async () => {
  const bandwidth = createBandwidth(10_000);
  await bandwidth.take(2500, never); // the burst
  const giving = new AbortController();
  const given = Promise.allSettled(Array.from({ length: 8 }, () => bandwidth.take(10_000, giving.signal)));
  const behind = msOf(bandwidth.take(1000, never));
  giving.abort();
  expect(await behind).toBeLessThan(1000); // 8 s where it keeps its turn behind them
  expect((await given).every(({ status }) => status === 'rejected')).toBe(true);
});

it('lets who waits go in the order of their coming, and all together no faster than the limit', async () => {
  const bandwidth = createBandwidth(20_000);
  const order: number[] = [];
  const takes = Array.from({ length: 20 }, (_, at) => bandwidth.take(1000, never).then(() => order.push(at)));
  expect(await msOf(Promise.all(takes))).toBeGreaterThan(700); // a second, less the burst
  expect(order).toEqual(takes.map((_, at) => at));
});

it('takes nothing for who has given up already', async () => {
  const bandwidth = createBandwidth(10_000);
  await expect(bandwidth.take(1_000_000, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  expect(await msOf(bandwidth.take(1000, never))).toBeLessThan(500);
});

it('ends the waiting of who gives up', async () => {
  const giving = new AbortController();
  const waiting = createBandwidth(1024).take(1_000_000, giving.signal);
  giving.abort();
  await expect(waiting).rejects.toThrow();
});
