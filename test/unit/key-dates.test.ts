import { describe, expect, it } from 'vitest';
import { keyDate, takenDate } from '../../shared/key-template/index.ts';

const moment = Date.UTC(2026, 2, 7, 9, 5, 2, 1);

/** Runs with this computer in another zone. Node reads TZ anew when it is set. */
function inZone<T>(zone: string, act: () => T): T {
  const before = process.env.TZ;
  process.env.TZ = zone;
  try {
    return act();
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

describe('keyDate', () => {
  it('splits a moment in UTC', () => {
    const unix = moment / 1000 - 0.001;
    const parts = { year: 2026, month: 3, day: 7, hour: 9, minute: 5, second: 2, microsecond: 1000, unix };
    expect(keyDate(moment, 'utc')).toEqual(parts);
  });

  it('splits it in the zone of this computer, and keeps the moment', () => {
    const far = inZone('Pacific/Auckland', () => keyDate(Date.UTC(2026, 11, 31, 20), 'local'));
    expect(far).toMatchObject({ year: 2027, month: 1, day: 1, hour: 9, unix: Date.UTC(2026, 11, 31, 20) / 1000 });
    const near = inZone('America/Los_Angeles', () => keyDate(moment, 'local'));
    expect(near).toMatchObject({ day: 7, hour: 1, unix: Math.floor(moment / 1000) });
  });

  it.each([
    [moment + 0.234, undefined, 1234],
    [moment + 998.9997, undefined, 999_999],
    [moment, 987_654, 987_654],
    [-0.001, undefined, 999_999],
  ])('counts the microseconds of %d with %s', (ms, given, microsecond) => {
    expect(keyDate(ms, 'utc', given).microsecond).toBe(microsecond);
  });

  it('takes a moment before 1970, and brings one that has no year of four digits to the nearest', () => {
    expect(keyDate(-1, 'utc')).toMatchObject({ year: 1969, second: 59, microsecond: 999_000, unix: -1 });
    expect(keyDate(1e300, 'utc').year).toBe(9999);
    expect(keyDate(-Infinity, 'utc').year).toBe(1);
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      expect(inZone(zone, () => [keyDate(Infinity, 'local').year, keyDate(-Infinity, 'local').year])).toEqual([
        9999, 1,
      ]);
    }
  });

  it('takes no moment that is none', () => {
    expect(() => keyDate(NaN, 'utc')).toThrow(expect.objectContaining({ kind: 'internal' }));
  });
});

describe('takenDate', () => {
  const wall = '2026-05-31T14:03:09.25';

  it('local is what the clock of the camera showed, wherever this computer is', () => {
    const shown = { year: 2026, month: 5, day: 31, hour: 14, minute: 3, second: 9, microsecond: 250_000 };
    const unix = Date.UTC(2026, 4, 31, 12, 3, 9) / 1000;
    expect(inZone('Asia/Tokyo', () => takenDate({ wall, offset: 120 }, 0, 'local'))).toEqual({ ...shown, unix });
    const untold = inZone('Asia/Tokyo', () => takenDate({ wall, offset: null }, 0, 'local'));
    expect(untold).toEqual({ ...shown, unix: Date.UTC(2026, 4, 31, 5, 3, 9) / 1000 });
  });

  it('utc is that less its offset, also over the end of a day', () => {
    const taken = { wall: '2026-01-01T00:30:00', offset: 120 };
    const date = { year: 2025, month: 12, day: 31, hour: 22, minute: 30, second: 0, microsecond: 0 };
    expect(takenDate(taken, 0, 'utc')).toMatchObject(date);
    expect(takenDate({ ...taken, offset: -345 }, 0, 'utc')).toMatchObject({ year: 2026, hour: 6, minute: 15 });
    expect(takenDate({ wall, offset: 120 }, 0, 'utc')).toMatchObject({ hour: 12, microsecond: 250_000 });
  });

  it.each([
    ['Europe/Berlin', '2026-05-31T14:03:09', '2026-05-31T12:03:09Z'],
    ['Europe/Berlin', '2026-01-31T14:03:09', '2026-01-31T13:03:09Z'],
    // Skipped in spring, and twice in autumn.
    ['Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
    ['Europe/Berlin', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
    ['America/St_Johns', '2026-12-31T22:00:00', '2027-01-01T01:30:00Z'],
  ])('without an offset, the zone of this computer at that time counts: %s %s', (zone, shown, utc) => {
    const date = inZone(zone, () => takenDate({ wall: shown, offset: null }, 0, 'utc'));
    expect(date).toEqual(keyDate(Date.parse(utc), 'utc'));
  });

  it.each(['0000-00-00T00:00:00', '2026-02-30T10:00:00', '2026-01-01T24:00:00', '2026-13-01T00:00:00', 'yesterday'])(
    'takes %s for no time, so that of the file counts',
    (never) => {
      expect(takenDate({ wall: never, offset: 0 }, moment, 'utc')).toEqual(keyDate(moment, 'utc'));
    },
  );

  it('is the time of the file where the camera tells nothing', () => {
    expect(takenDate(null, moment, 'utc')).toEqual(keyDate(moment, 'utc'));
    expect(inZone('Asia/Tokyo', () => takenDate(null, moment, 'local'))).toMatchObject({ day: 7, hour: 18 });
  });

  it('knows the years before 100 from those of the last century', () => {
    expect(takenDate({ wall: '0044-03-15T12:00:00', offset: 0 }, 0, 'utc').year).toBe(44);
    expect(inZone('UTC', () => takenDate({ wall: '0044-03-15T12:00:00', offset: null }, 0, 'utc')).year).toBe(44);
  });
});
