import { links } from '../../../shared/strings/links.ts';
import type { FormState } from '../../app/form-state.ts';
import { Checkbox, Note, NumberField, Select, TextField } from '../../components/index.ts';
import { lifetimes, type LinkField, type LinkValues } from './links-draft.ts';

const words = links.dialog;

interface LinkFieldsProps {
  form: FormState<LinkValues, LinkField>;
  objectKey: string | null;
}

/** What a link is bounded by. */
export function LinkFields({ form, objectKey }: LinkFieldsProps) {
  const { values, set, problem, leave } = form;
  const { kind } = values;
  return (
    <>
      <Select
        label={words.lifetime}
        description={words.longest}
        options={lifetimes.map((seconds) => ({ id: String(seconds), label: words.lifetimes[seconds] }))}
        value={String(values.lifetime)}
        onChange={(id) => set({ lifetime: lifetimes.find((one) => String(one) === id) ?? 3600 })}
      />
      {kind === 'read' && (
        <Checkbox isSelected={values.asDownload} onChange={(asDownload) => set({ asDownload })}>
          {words.asDownload}
        </Checkbox>
      )}
      {kind === 'read' && values.asDownload && (
        <TextField
          label={words.fileName}
          value={values.fileName}
          onChange={(fileName) => set({ fileName })}
          onBlur={() => leave('fileName')}
          error={problem('fileName')}
          maxLength={255}
        />
      )}
      {kind === 'form' && (
        <Checkbox isSelected={values.ownName} onChange={(ownName) => set({ ownName })}>
          {words.ownName}
        </Checkbox>
      )}
      {kind !== 'read' && (
        <>
          <TextField
            label={words.key}
            value={values.key}
            onChange={(key) => set({ key })}
            onBlur={() => leave('key')}
            error={problem('key')}
            mono
          />
          {values.key === objectKey && !(kind === 'form' && values.ownName) && (
            <Note tone="warning">{words.replaces}</Note>
          )}
          <TextField
            label={words.type}
            description={kind === 'form' ? words.typeHint : words.typeHintPut}
            value={values.type}
            onChange={(type) => set({ type })}
            onBlur={() => leave('type')}
            error={problem('type')}
            mono
          />
        </>
      )}
      {kind === 'form' && (
        <NumberField
          label={words.largest}
          unit={words.megabytes}
          value={values.largest}
          onChange={(largest) => set({ largest })}
          onBlur={() => leave('largest')}
          error={problem('largest')}
        />
      )}
      <p className="muted small">{words.secret}</p>
    </>
  );
}
