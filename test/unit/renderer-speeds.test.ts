import { describe, expect, it } from 'vitest';
import { createSpeeds } from '../../renderer/features/uploads/speeds.ts';

const MB = 1e6;

describe('the speed of a file', () => {
  it('is what left of it in the last five seconds', () => {
    const speeds = createSpeeds();
    for (let at = 0; at <= 10_000; at += 250) speeds.see(at, new Map([[7, at < 5000 ? 0 : (at - 5000) * 2000]]));
    expect(speeds.of(7)).toBeCloseTo(2 * MB);
  });

  it('is not known at first, nor of what is not under way', () => {
    const speeds = createSpeeds();
    speeds.see(0, new Map([[7, 0]]));
    speeds.see(250, new Map([[7, MB]]));
    expect(speeds.of(7)).toBeNull();
    speeds.see(1000, new Map([[7, 2 * MB]]));
    expect(speeds.of(7)).toBeCloseTo(2 * MB);
    speeds.see(1250, new Map());
    expect(speeds.of(7)).toBeNull();
    expect(speeds.of(8)).toBeNull();
  });

  it('is never below nothing: what is sent anew begins anew', () => {
    const speeds = createSpeeds();
    speeds.see(0, new Map([[7, 5 * MB]]));
    speeds.see(1000, new Map([[7, 0]]));
    expect(speeds.of(7)).toBeNull();
    speeds.see(2000, new Map([[7, MB]]));
    expect(speeds.of(7)).toBeCloseTo(MB);
  });

  it('falls to nothing while the line stands still', () => {
    const speeds = createSpeeds();
    for (let at = 0; at <= 8000; at += 250) speeds.see(at, new Map([[7, Math.min(at, 2000) * 1000]]));
    expect(speeds.of(7)).toBe(0);
  });
});
