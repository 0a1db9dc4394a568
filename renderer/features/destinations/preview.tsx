import { ArrowRight, ImageOff, RotateCcw, FileSearch } from 'lucide-react';
import type { Sample, SampleResult } from '../../../shared/ipc.ts';
import { formatBytes } from '../../../shared/format.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Icon, Note, Spinner, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { draftOf, type FormValues } from './draft.ts';
import { keep, type OpenForm } from './open-form.ts';
import { PreviewOutput } from './preview-output.tsx';
import { usePreview, type PreviewState } from './use-preview.ts';
import { askedIn } from './where-fields.tsx';

const words = destinations.preview;

export interface PreviewProps extends Pick<OpenForm, 'sample' | 'examples'> {
  /** as they are typed */
  values: FormValues;
  /** the name of its kind, where a backend names what is sent; null: a bucket */
  backend: string | null;
}

/** Beside the form: what becomes of one file by what is typed just now. */
export function Preview({ values, sample, examples, backend }: PreviewProps) {
  const asked = (backend === null ? askedIn(values) : []).filter((name) => (values.fields[name] ?? '').trim() === '');
  const fields = Object.fromEntries(asked.map((name) => [name, (examples[name] ?? '').trim()]));
  // A name is nothing that a file is shown by.
  const made = draftOf({ ...values, name: values.name.trim() || '-' }, []);
  const question = 'rules' in made ? { ...made, fields: written(fields), sampleId: sample?.id ?? null } : null;
  const preview = usePreview(question);
  return (
    <aside className="preview card" aria-label={words.title}>
      <div className="card-body">
        <div className="card-head">
          <h2>{words.title}</h2>
          {preview.working && question !== null && (
            <span role="status" aria-label={words.working} className="row muted">
              <Spinner size={14} />
            </span>
          )}
        </div>
        <SampleChoice sample={sample} onChange={(chosen) => keep({ sample: chosen })} />
        {asked.length > 0 && (
          <fieldset className="form-group">
            <legend className="label">{words.asked}</legend>
            <span className="field-description">{words.askedHint}</span>
            {asked.map((name) => (
              <TextField
                key={name}
                label={name}
                value={examples[name] ?? ''}
                onChange={(text) => keep({ examples: { ...examples, [name]: text } })}
              />
            ))}
          </fieldset>
        )}
        {question === null && <Note>{whyNot(values, preview)}</Note>}
        <Answer preview={preview} missing={asked.find((name) => fields[name] === '') ?? null} backend={backend} />
      </div>
    </aside>
  );
}

function whyNot({ connectionId }: FormValues, { result }: PreviewState): string {
  if (connectionId === null) return words.noConnection;
  return result === null ? words.waiting : words.old;
}

function written(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function SampleChoice({ sample, onChange }: { sample: Sample | null; onChange: (sample: Sample | null) => void }) {
  const choose = async () => {
    const chosen = await call('destinations.chooseSample', {});
    if (chosen !== null) onChange(chosen);
  };
  return (
    <div className="preview-sample">
      <p className="muted small">{words.of(sample?.name ?? words.ownPhoto)}</p>
      <div className="row">
        <Button size="small" icon={FileSearch} onPress={() => void attempt(choose)}>
          {words.choose}
        </Button>
        {sample !== null && (
          <Button size="small" variant="quiet" icon={RotateCcw} onPress={() => onChange(null)}>
            {words.ours}
          </Button>
        )}
      </div>
    </div>
  );
}

/** `missing`: the first field for which there is no example yet */
function Answer({
  preview: { result, error },
  missing,
  backend,
}: {
  preview: PreviewState;
  missing: string | null;
  backend: string | null;
}) {
  if (error !== null) return <Note tone="danger">{error}</Note>;
  if (result === null) return null;
  if (missing !== null && result.refusal?.kind === 'invalid-input')
    return <Note tone="info">{words.refusedField(missing)}</Note>;
  if (result.refusal !== null) {
    return (
      <Note tone="warning">
        <strong>{words.refused}</strong>
        <p>{result.refusal.message}</p>
      </Note>
    );
  }
  return (
    <>
      <Whole result={result} />
      <div className="preview-outputs">
        {result.outputs.map((output, at) => (
          <PreviewOutput
            key={`${output.role} ${output.name ?? ''}`}
            output={output}
            file={result.file}
            isFirst={at === 0}
            backend={backend}
          />
        ))}
      </div>
    </>
  );
}

/** All that goes up of it, beside what it is. */
function Whole({ result: { file, type, outputs } }: { result: SampleResult }) {
  const sizes = outputs.flatMap(({ size }) => (size === null ? [] : [size]));
  return (
    <p className="row preview-whole">
      <span>
        {formatBytes(file.size)} <span className="muted">{type}</span>
      </span>
      <Icon of={sizes.length === 0 ? ImageOff : ArrowRight} size={14} />
      <strong>{formatBytes(sizes.reduce((sum, size) => sum + size, 0))}</strong>
    </p>
  );
}
