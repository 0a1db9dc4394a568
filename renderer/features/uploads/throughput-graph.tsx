import { formatRate } from '../../../shared/format.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import { useProgress } from '../../stores/progress.ts';
import { graphPaths, peakRate } from '../../stores/throughput.ts';

const width = 220;
const height = 52;

/** The speed of the last two minutes; its text says the same to who cannot see it. */
export function ThroughputGraph() {
  const samples = useProgress((state) => state.samples);
  const now = formatRate(samples.at(-1)?.rate ?? 0);
  const peak = formatRate(peakRate(samples));
  const { line, area } = graphPaths(samples, width, height);
  if (peakRate(samples) === 0) return null;
  return (
    <figure className="graph">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden>
        <path className="graph-area" d={area} />
        <path className="graph-line" d={line} vectorEffect="non-scaling-stroke" />
      </svg>
      <figcaption>
        <span className="graph-now" aria-hidden>
          {now}
        </span>
        <span className="muted small" aria-hidden>
          {uploads.overview.peak(peak)}
        </span>
        <span className="visually-hidden">{uploads.overview.graph(now, peak)}</span>
      </figcaption>
    </figure>
  );
}
