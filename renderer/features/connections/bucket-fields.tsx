import type { FoundOnMachine, S3ConnectionInfo } from '../../../shared/ipc.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { Checkbox, TextField } from '../../components/index.ts';
import { CredentialFields } from './credential-fields.tsx';
import { PlaceFields } from './place-fields.tsx';
import type { ConnectionForm } from './use-form.ts';

export interface BucketFieldsProps {
  form: ConnectionForm;
  editing: S3ConnectionInfo | null;
  /** null: not known yet */
  found: FoundOnMachine | null;
  autoFocus: boolean;
}

/** Where the bucket is, its name, and with which key it is reached. */
export function BucketFields({ form, editing, found, autoFocus }: BucketFieldsProps) {
  const { values } = form;
  return (
    <>
      <PlaceFields form={form} autoFocus={autoFocus} />
      <TextField
        label={words.form.bucket}
        value={values.bucket}
        onChange={(bucket) => form.set({ bucket })}
        onBlur={() => form.leave('bucket')}
        error={form.problem('bucket')}
        mono
      />
      <CredentialFields form={form} editing={editing} found={found} />
      <TextField
        label={words.form.name}
        value={values.name}
        onChange={(name) => form.set({ name })}
        error={form.problem('name')}
        description={words.form.nameHint}
        placeholder={values.bucket}
      />
      <div className="field">
        <Checkbox isSelected={values.readOnly} onChange={(readOnly) => form.set({ readOnly })}>
          {words.form.readOnly}
        </Checkbox>
        <span className="field-description">{words.form.readOnlyHint}</span>
      </div>
    </>
  );
}
