import { backendField, takesFolder } from '../../../shared/backend-fields.ts';
import type { BrokerKind } from '../../../shared/broker-settings.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { Note, TextField } from '../../components/index.ts';
import type { DestinationFormState } from './use-destination-form.ts';

const words = destinations.form;

/** In place of folder and key template: what the backend is told of each file, and that the rest is its own. */
export function BackendWhere({ form, kind }: { form: DestinationFormState; kind: BrokerKind }) {
  const { values } = form;
  const { name } = backendField(kind);
  return (
    <>
      {takesFolder(kind) && (
        <TextField
          label={words.backend.folder}
          description={words.backend.folderHint}
          value={values.prefix}
          onChange={(prefix) => form.set({ prefix })}
          onBlur={() => form.leave('prefix')}
          error={form.problem('prefix')}
          mono
        />
      )}
      <TextField
        label={words.backend.fields[kind].label}
        description={words.backend.fields[kind].hint}
        value={values.fields[name] ?? ''}
        onChange={(text) => form.set({ fields: { ...values.fields, [name]: text } })}
        onBlur={() => form.leave(`fields.${name}`)}
        error={form.problem(`fields.${name}`)}
        mono
      />
      <Note tone="info">{words.backend.decides}</Note>
    </>
  );
}
