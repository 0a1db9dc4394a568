/** The graph of throughput: what is kept for it, and how it is drawn. Pure. */

export interface Sample {
  /** ms since 1970 */
  at: number;
  /** bytes per second */
  rate: number;
}

/** ms that the graph looks back */
export const graphSpan = 120_000;
/** ms: samples that follow closer replace the one before, so that the line has a few hundred points at most */
const closest = 500;

/** The samples of the span, with a new one. A clock that went back starts anew. */
export function addSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && next.at < last.at) return [next];
  const before = samples.at(-2);
  const kept = before !== undefined && next.at - before.at < closest ? samples.slice(0, -1) : samples;
  return [...kept.filter(({ at }) => at > next.at - graphSpan), next];
}

export function peakRate(samples: readonly Sample[]): number {
  return samples.reduce((peak, { rate }) => Math.max(peak, rate), 0);
}

/**
 * The line and the area under it as SVG paths in a box of `width` and `height`; now is at the right edge, the peak a little under
 * the top. Empty with fewer than two samples.
 */
export function graphPaths(samples: readonly Sample[], width: number, height: number): { line: string; area: string } {
  const last = samples.at(-1);
  const first = samples[0];
  if (last === undefined || first === undefined || first === last) return { line: '', area: '' };
  const top = Math.max(peakRate(samples), 1) * 1.1;
  const x = (at: number) => round(width - ((last.at - at) / graphSpan) * width);
  const y = (rate: number) => round(height - (rate / top) * height);
  const line = samples.map(({ at, rate }, index) => `${index === 0 ? 'M' : 'L'}${x(at)} ${y(rate)}`).join('');
  return { line, area: `${line}L${x(last.at)} ${height}L${x(first.at)} ${height}Z` };
}

const round = (value: number) => Math.round(value * 10) / 10;
