import { expect, it } from 'vitest';
import { createTimeLeft } from '../../electron/app/time-left.ts';

const MB = 1_000_000;
const tick = 250;

/** Sends `total` bytes at the rates that `rateAt` gives, measured with noise, and returns what was shown each tick. ms */
function run(total: number, rateAt: (at: number) => number, noise: (at: number) => number): (number | null)[] {
  const timeLeft = createTimeLeft();
  const shown: (number | null)[] = [];
  let left = total;
  for (let now = 0; left > 0; now += tick) {
    left -= (rateAt(now) * tick) / 1000;
    shown.push(timeLeft.look(now, Math.max(0, left), rateAt(now) * noise(now)));
  }
  return shown;
}

it('says nothing before it knows anything', () => {
  const timeLeft = createTimeLeft();
  expect(timeLeft.look(0, 100 * MB, null)).toBeNull();
  expect(timeLeft.look(1000, 100 * MB, 5 * MB)).toBeNull();
  expect(timeLeft.look(2000, 90 * MB, 5 * MB)).toBe(18_000);
});

it('counts down and does not jump with every gust', () => {
  const gusts = (at: number) => 1 + 0.4 * Math.sin(at / 900) + 0.2 * Math.cos(at / 370);
  const shown = run(600 * MB, () => 10 * MB, gusts).filter((one) => one !== null);
  const steps = shown.slice(1).map((one, at) => one - (shown[at] ?? one));
  expect(Math.max(...steps)).toBeLessThan(1000); // never up by more than a second at once
  expect(shown[0]).toBeGreaterThan(30_000);
  const half = shown[Math.floor(shown.length / 2)] ?? 0;
  const truth = (shown.length / 2) * tick;
  expect(Math.abs(half - truth) / truth).toBeLessThan(0.35);
  expect(shown.at(-1)).toBeLessThan(3000);
});

it('believes at once in another line, and in more work', () => {
  const timeLeft = createTimeLeft();
  for (let now = 0; now <= 10_000; now += tick) timeLeft.look(now, 100 * MB, 10 * MB);
  expect(timeLeft.look(10_250, 100 * MB, MB)).toBe(100_000);
  expect(timeLeft.look(10_500, 10_000 * MB, MB)).toBe(10_000_000);
});

it('starts afresh after a rest', () => {
  const timeLeft = createTimeLeft();
  for (let now = 0; now <= 5000; now += tick) timeLeft.look(now, 100 * MB, 10 * MB);
  timeLeft.reset();
  expect(timeLeft.look(60_000, 50 * MB, 10 * MB)).toBeNull();
});
