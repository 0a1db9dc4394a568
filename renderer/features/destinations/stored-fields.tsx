import { acls, storageClasses } from '../../../shared/destination.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { Select, TextField } from '../../components/index.ts';
import { Pairs } from './pairs.tsx';
import type { DestinationFormState } from './use-destination-form.ts';

const words = destinations.form;

/** What is stored with the bytes. */
export function StoredFields({ form }: { form: DestinationFormState }) {
  const { values } = form;
  const text = (field: 'contentType' | 'cacheControl' | 'kmsKey') => ({
    value: values[field],
    onChange: (typed: string) => form.set({ [field]: typed }),
    onBlur: () => form.leave(field),
    error: form.problem(field),
    mono: true,
  });
  return (
    <>
      <div className="form-columns">
        <TextField label={words.contentType} description={words.contentTypeHint} {...text('contentType')} />
        <TextField label={words.cacheControl} description={words.cacheControlHint} {...text('cacheControl')} />
        <Select
          label={words.contentDisposition}
          options={(['none', 'inline', 'attachment'] as const).map((id) => ({ id, label: words.dispositions[id] }))}
          value={values.contentDisposition}
          onChange={(contentDisposition) => form.set({ contentDisposition })}
        />
        <Select
          label={words.acl}
          description={words.aclHint}
          options={[{ id: 'none', label: words.aclNone }, ...acls.map((id) => ({ id, ...words.acls[id] }))]}
          value={values.acl}
          onChange={(acl) => form.set({ acl })}
        />
        <Select
          label={words.sse}
          options={(['none', 'AES256', 'aws:kms'] as const).map((id) => ({ id, label: words.sses[id] }))}
          value={values.sse}
          onChange={(sse) => form.set({ sse })}
        />
        {values.sse === 'aws:kms' && (
          <TextField label={words.kmsKey} description={words.kmsKeyHint} {...text('kmsKey')} />
        )}
        <Select
          label={words.storageClass}
          options={[
            { id: 'none', label: words.storageNone },
            ...storageClasses.map((id) => ({ id, label: words.storageClasses[id], hint: id })),
          ]}
          value={values.storageClass}
          onChange={(storageClass) => form.set({ storageClass })}
        />
      </div>
      <Pairs form={form} field="metadata" label={words.metadata} hint={words.metadataHint} add={words.addMetadata} />
      <Pairs form={form} field="tags" label={words.tags} hint={words.tagsHint} add={words.addTag} />
    </>
  );
}
