import type { Mend } from '../../../shared/bucket-check.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import type { FormState } from '../../app/form-state.ts';
import { Checkbox, NumberField, RadioGroup, Select, TextArea, TextField } from '../../components/index.ts';
import { archiveClasses, fieldsOf, type MendField, type MendValues } from './mend-draft.ts';

const words = bucketPage.mend;
const ways = ['AES256', 'aws:kms'] as const;
/** as the contract bounds them */
const mostDays = 3650;

/** What a change has to know. */
export function MendFields({ mend: { mend }, form }: { mend: Mend; form: FormState<MendValues, MendField> }) {
  const { values, set, problem, leave } = form;
  const asks = (field: MendField) => fieldsOf[mend].includes(field);
  return (
    <>
      {asks('origins') && (
        <TextArea
          label={words.origins}
          description={words.originsHint}
          value={values.origins}
          onChange={(origins) => set({ origins })}
          onBlur={() => leave('origins')}
          error={problem('origins')}
        />
      )}
      {asks('upload') && (
        <Checkbox isSelected={values.upload} onChange={(upload) => set({ upload })}>
          {words.upload}
        </Checkbox>
      )}
      {asks('instead') && (
        <Checkbox isSelected={values.instead} onChange={(instead) => set({ instead })}>
          {mend === 'public-read' ? words.insteadOpen : words.insteadSend}
        </Checkbox>
      )}
      {asks('prefix') && (
        <TextField
          label={words.prefix}
          description={words.prefixHint}
          mono
          value={values.prefix}
          onChange={(prefix) => set({ prefix })}
          onBlur={() => leave('prefix')}
          error={problem('prefix')}
          maxLength={900}
        />
      )}
      {(mend === 'abort-uploads' || mend === 'expire' || mend === 'archive') && (
        <NumberField
          label={words.days[mend]}
          unit={words.daysUnit}
          minValue={1}
          maxValue={mostDays}
          value={values.days}
          onChange={(days) => set({ days: Number.isNaN(days) ? 1 : days })}
          error={problem('days')}
        />
      )}
      {asks('storageClass') && (
        <Select
          label={words.storageClass}
          options={archiveClasses.map((id) => ({ id, label: id }))}
          value={values.storageClass}
          onChange={(storageClass) => set({ storageClass })}
          error={problem('storageClass')}
        />
      )}
      {asks('by') && (
        <RadioGroup
          label={words.by}
          choices={ways.map((id) => ({ id, label: words.byNames[id] }))}
          value={values.by}
          onChange={(by) => set({ by })}
        />
      )}
      {asks('keyId') && values.by === 'aws:kms' && (
        <TextField
          label={words.keyId}
          description={words.keyIdHint}
          mono
          value={values.keyId}
          onChange={(keyId) => set({ keyId })}
          error={problem('keyId')}
          maxLength={2048}
        />
      )}
    </>
  );
}
