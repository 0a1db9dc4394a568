import { afterEach, describe, expect, it } from 'vitest';
import { limitAt } from '../../electron/app/limit-hours.ts';

const zone = process.env.TZ;

afterEach(() => {
  if (zone === undefined) Reflect.deleteProperty(process.env, 'TZ');
  else process.env.TZ = zone;
});

/** minutes since midnight */
const clock = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const hours = (from: string, to: string) => ({ limitRate: 5000, limitHours: { from: clock(from), to: clock(to) } });
/** ms */
const minutes = (count: number) => count * 60_000;

describe('limitAt', () => {
  it('without a limit, or without hours, never changes', () => {
    const now = new Date(2026, 5, 1, 12);
    expect(limitAt({ limitRate: null, limitHours: null }, now)).toEqual({ rate: null, changesIn: null });
    expect(limitAt({ ...hours('08:00', '18:00'), limitRate: null }, now)).toEqual({ rate: null, changesIn: null });
    expect(limitAt({ limitRate: 5000, limitHours: null }, now)).toEqual({ rate: 5000, changesIn: null });
  });

  it('hours that begin when they end are the whole day', () => {
    expect(limitAt(hours('08:00', '08:00'), new Date(2026, 5, 1, 3))).toEqual({ rate: 5000, changesIn: null });
  });

  it.each([
    ['07:59', null, 1],
    ['08:00', 5000, 600],
    ['12:00', 5000, 360],
    ['17:59', 5000, 1],
    ['18:00', null, 840],
    ['23:59', null, 481],
  ])('08:00 to 18:00, at %s: %s for %s min', (time, rate, until) => {
    const now = new Date(2026, 5, 1, 0, clock(time));
    expect(limitAt(hours('08:00', '18:00'), now)).toEqual({ rate, changesIn: minutes(until) });
  });

  it.each([
    ['21:59', null, 1],
    ['22:00', 5000, 510],
    ['00:00', 5000, 390],
    ['06:29', 5000, 1],
    ['06:30', null, 930],
  ])('22:00 to 06:30, over midnight, at %s: %s for %s min', (time, rate, until) => {
    const now = new Date(2026, 5, 1, 0, clock(time));
    expect(limitAt(hours('22:00', '06:30'), now)).toEqual({ rate, changesIn: minutes(until) });
  });

  it('counts to the millisecond', () => {
    const now = new Date(2026, 5, 1, 7, 59, 30, 250);
    expect(limitAt(hours('08:00', '18:00'), now).changesIn).toBe(29_750);
  });

  it('an hour that the clock leaves out: 02:30 never comes, and 03:00 is after it', () => {
    process.env.TZ = 'Europe/Berlin';
    const now = new Date('2026-03-29T00:50:00Z'); // 01:50; at 02:00 it becomes 03:00
    expect(now.getHours()).toBe(1);
    expect(limitAt(hours('02:30', '06:00'), now)).toEqual({ rate: null, changesIn: minutes(10) });
    // 03:00 to 06:00 are three hours, counted from 01:50 of a night that is an hour short
    expect(limitAt(hours('01:00', '06:00'), now)).toEqual({ rate: 5000, changesIn: minutes(190) });
  });

  it('hours that lie in what is left out do not come that night, but the next', () => {
    process.env.TZ = 'Europe/Berlin';
    const now = new Date('2026-03-29T00:50:00Z');
    expect(limitAt(hours('02:10', '02:50'), now)).toEqual({ rate: null, changesIn: minutes(10 + 23 * 60 + 10) });
  });

  it('an hour that the clock shows twice counts twice', () => {
    process.env.TZ = 'Europe/Berlin';
    const now = new Date('2026-10-24T23:00:00Z'); // 01:00; at 03:00 it becomes 02:00
    expect(now.getHours()).toBe(1);
    expect(limitAt(hours('01:00', '06:00'), now)).toEqual({ rate: 5000, changesIn: minutes(360) });
    expect(limitAt(hours('02:15', '02:30'), now)).toEqual({ rate: null, changesIn: minutes(75) });
    const between = new Date('2026-10-25T00:30:00Z'); // the first 02:30
    expect(limitAt(hours('02:15', '02:30'), between)).toEqual({ rate: null, changesIn: minutes(45) });
  });

  it('what it says of the next change is true, at any time of a night with a change', () => {
    process.env.TZ = 'Europe/Berlin';
    for (const limit of [hours('02:30', '02:00'), hours('23:00', '03:00'), hours('00:00', '02:59')]) {
      for (const night of ['2026-03-28T20:00:00Z', '2026-10-24T20:00:00Z']) {
        for (let after = 0; after < 600; after += 7) {
          const now = new Date(Date.parse(night) + minutes(after));
          const { rate, changesIn } = limitAt(limit, now);
          if (changesIn === null) throw new Error('hours that are not the whole day end');
          expect(limitAt(limit, new Date(now.getTime() + changesIn - 1)).rate).toBe(rate);
          expect(limitAt(limit, new Date(now.getTime() + changesIn)).rate).not.toBe(rate);
        }
      }
    }
  });
});
