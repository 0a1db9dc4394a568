import { destinations } from '../../../shared/strings/destinations.ts';
import { Checkbox, Chips, TextField } from '../../components/index.ts';
import { BackendWhere } from './backend-where.tsx';
import { ConnectionChoice } from './connection-choice.tsx';
import type { FormValues } from './draft.ts';
import { askedFields } from './facts.ts';
import { useBackendKind } from './over-backend.ts';
import { TemplateField } from './template-field.tsx';
import type { DestinationFormState } from './use-destination-form.ts';

const words = destinations.form;

/** Its name, and the connection, folder and name under which files arrive. */
export function WhereFields({ form }: { form: DestinationFormState }) {
  const { values } = form;
  const kind = useBackendKind(values.connectionId);
  return (
    <>
      <TextField
        label={words.name}
        description={words.nameHint}
        value={values.name}
        onChange={(name) => form.set({ name })}
        onBlur={() => form.leave('name')}
        error={form.problem('name')}
        autoFocus
      />
      <ConnectionChoice
        label={words.connection}
        placeholder={words.chooseConnection}
        value={values.connectionId}
        onChange={(connectionId) => form.set({ connectionId })}
        error={form.problem('connectionId')}
      />
      {kind === null ? <Keys form={form} /> : <BackendWhere form={form} kind={kind} />}
    </>
  );
}

/** The folder and the name of each file. */
function Keys({ form }: { form: DestinationFormState }) {
  const { values } = form;
  return (
    <>
      <TextField
        label={words.prefix}
        description={words.prefixHint}
        value={values.prefix}
        onChange={(prefix) => form.set({ prefix })}
        onBlur={() => form.leave('prefix')}
        error={form.problem('prefix')}
        mono
      />
      <TemplateField
        label={words.keyTemplate}
        value={values.keyTemplate}
        onChange={(keyTemplate) => form.set({ keyTemplate })}
        error={form.problem('keyTemplate')}
        onBlur={() => form.leave('keyTemplate')}
        palette
      />
      <FieldValues form={form} />
      <div className="field">
        <span className="label" aria-hidden>
          {words.zone}
        </span>
        <Chips
          label={words.zone}
          choices={[
            { id: 'utc', label: words.zones.utc },
            { id: 'local', label: words.zones.local },
          ]}
          value={values.zone}
          onChange={(zone) => form.set({ zone })}
        />
      </div>
      <div className="field">
        <Checkbox isSelected={values.ownFolderOnly} onChange={(ownFolderOnly) => form.set({ ownFolderOnly })}>
          {words.ownFolderOnly}
        </Checkbox>
        <span className="field-description">{words.ownFolderHint}</span>
      </div>
    </>
  );
}

/** A field for each that the templates ask for: what is written here is not asked for again. */
function FieldValues({ form }: { form: DestinationFormState }) {
  const { values } = form;
  const names = askedIn(values);
  if (names.length === 0) return null;
  return (
    <fieldset className="form-group">
      <legend className="label">{words.fields}</legend>
      <div className="form-columns">
        {names.map((name) => (
          <TextField
            key={name}
            label={name}
            description={words.fieldHint}
            value={values.fields[name] ?? ''}
            onChange={(text) => form.set({ fields: { ...values.fields, [name]: text } })}
            onBlur={() => form.leave(`fields.${name}`)}
            error={form.problem(`fields.${name}`)}
          />
        ))}
      </div>
    </fieldset>
  );
}

export function askedIn({ keyTemplate, derived, still, stillTemplate }: FormValues): string[] {
  return askedFields({ keyTemplate, derived, videoStill: still ? { keyTemplate: stillTemplate } : null });
}
