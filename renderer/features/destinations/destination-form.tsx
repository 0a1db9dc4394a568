import { useId, useState, type ReactElement, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import type { Destination } from '../../../shared/destination.ts';
import { backends } from '../../../shared/strings/backends.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { useFocusOnProblem } from '../../app/use-focus-on-problem.ts';
import { Button, Confirm, Note, Page } from '../../components/index.ts';
import { ImagesFields } from './images-fields.tsx';
import { LinksFields } from './links-fields.tsx';
import type { OpenForm } from './open-form.ts';
import { isForBucketsOnly, useBackendKind, whereSummary } from './over-backend.ts';
import { Preview } from './preview.tsx';
import { Section } from './section.tsx';
import { sectionIds, summaryOf, type SectionId } from './sections.ts';
import { StoredFields } from './stored-fields.tsx';
import { ExistsFields, TakenFields } from './taken-fields.tsx';
import { useDestinationForm, type DestinationFormState } from './use-destination-form.ts';
import { WhereFields } from './where-fields.tsx';

const words = destinations.form;

export interface DestinationFormProps {
  opened: OpenForm;
  /** all but the one that is edited */
  others: readonly Destination[];
  onSaved: (saved: Destination) => void;
  onClose: () => void;
}

/** All that a destination can be set to, in groups; beside it what becomes of a file by it, while it is typed. */
export function DestinationForm({ opened, others, onSaved, onClose }: DestinationFormProps) {
  const formId = useId();
  const form = useDestinationForm(opened, others, onSaved);
  const element = useFocusOnProblem(form.refusedTries);
  const [leaving, setLeaving] = useState(false);
  const kind = useBackendKind(form.values.connectionId);
  // What a backend decides is not offered; but what is wrong there must be seen.
  const shown = sectionIds.filter((id) => kind === null || !isForBucketsOnly(id) || form.isWrong(id));
  const changed = JSON.stringify(form.values) !== JSON.stringify(opened.start);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    form.save();
  };
  const title = opened.editing === null ? words.newTitle : words.editTitle(opened.editing.rules.name);
  const actions = (
    <>
      <Button onPress={() => (changed ? setLeaving(true) : onClose())}>{words.cancel}</Button>
      <Button type="submit" form={formId} variant="primary" isPending={form.saving}>
        {words.save}
      </Button>
    </>
  );
  return (
    <Page title={title} actions={actions}>
      <div className="destination-editor">
        <Form id={formId} ref={element} className="destination-form" validationBehavior="aria" onSubmit={submit}>
          <div role="alert">{form.refusal !== null && <Note tone="danger">{form.refusal}</Note>}</div>
          {shown.map((id) => (
            <Section
              key={id}
              title={words.sections[id]}
              summary={kind !== null && id === 'where' ? whereSummary(kind, form.values) : summaryOf(id, form.values)}
              wrong={form.isWrong(id)}
              isOpen={form.isOpen(id)}
              onToggle={() => form.toggle(id)}
            >
              {fieldsOf[id](form)}
            </Section>
          ))}
        </Form>
        <Preview
          values={form.values}
          sample={opened.sample}
          examples={opened.examples}
          backend={kind === null ? null : backends.kinds[kind].name}
        />
      </div>
      <Confirm
        title={words.discardTitle}
        isOpen={leaving}
        action={words.discard}
        cancel={words.stay}
        onConfirm={onClose}
        onCancel={() => setLeaving(false)}
      >
        <p>{words.discardText}</p>
      </Confirm>
    </Page>
  );
}

const fieldsOf: Record<SectionId, (form: DestinationFormState) => ReactElement> = {
  where: (form) => <WhereFields form={form} />,
  taken: (form) => <TakenFields form={form} />,
  exists: (form) => <ExistsFields form={form} />,
  images: (form) => <ImagesFields form={form} />,
  stored: (form) => <StoredFields form={form} />,
  links: (form) => <LinksFields form={form} />,
};
