import { ChevronRight } from 'lucide-react';
import { Disclosure, DisclosurePanel } from 'react-aria-components';
import type { SampleResult } from '../../../shared/ipc.ts';
import { formatBytes } from '../../../shared/format.ts';
import { changeWords } from '../../../shared/strings/image-changes.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { Button } from '../../components/index.ts';

const words = destinations.preview;

type Output = SampleResult['outputs'][number];

export interface PreviewOutputProps {
  output: Output;
  file: SampleResult['file'];
  /** It is read out when it changes, the others are not. */
  isFirst: boolean;
  /** the name of its kind, where a backend names and stores it; null: a bucket */
  backend: string | null;
}

/** One object that comes of the sample: its key, what it became, its address and headers. */
export function PreviewOutput({ output, file, isFirst, backend }: PreviewOutputProps) {
  const what = output.name === null ? words.roles[output.role] : words.derived(output.name);
  const changes = output.changes.map(changeWords);
  return (
    <section className="preview-output" aria-label={what}>
      <h3>{what}</h3>
      <p
        className="mono preview-key selectable"
        data-role={output.role}
        {...(isFirst ? { 'aria-live': 'polite' as const } : {})}
      >
        {backend === null ? output.key : words.namedBy(backend)}
      </p>
      <p className="small">{[sizeWords(output, file), pixelWords(output)].filter((part) => part !== '').join(' · ')}</p>
      {changes.length > 0 && <p className="small muted">{changes.join(', ')}</p>}
      {output.url !== null && <p className="small muted mono preview-url selectable">{output.url}</p>}
      {backend === null && <Headers of={what} output={output} />}
    </section>
  );
}

function Headers({ of: what, output }: { of: string; output: Output }) {
  return (
    <Disclosure className="fold">
      <Button slot="trigger" variant="quiet" size="small" icon={ChevronRight} aria-label={words.headersOf(what)}>
        {words.headers}
      </Button>
      <DisclosurePanel>
        <dl className="preview-headers">
          {Object.entries(output.headers).map(([name, value]) => (
            <div key={name}>
              <dt className="mono">{name}</dt>
              <dd className="mono selectable">{value}</dd>
            </div>
          ))}
        </dl>
      </DisclosurePanel>
    </Disclosure>
  );
}

/** "412 kB, 62 % smaller" */
function sizeWords({ role, size }: Output, file: SampleResult['file']): string {
  if (size === null) return role === 'still' ? words.later : words.notMade;
  if (size === file.size || role === 'original') return formatBytes(size);
  const share = Math.abs(1 - size / file.size);
  const percent = share.toLocaleString(undefined, { style: 'percent' });
  return `${formatBytes(size)}, ${size < file.size ? words.smaller(percent) : words.larger(percent)}`;
}

function pixelWords({ width, height }: Output): string {
  return width === null || height === null ? '' : words.pixels(width, height);
}
