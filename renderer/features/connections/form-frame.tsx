import type { ReactNode, SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import { useFocusOnProblem } from '../../app/use-focus-on-problem.ts';
import { useInSight } from '../../app/use-in-sight.ts';
import { Button, Icon, Note } from '../../components/index.ts';
import type { backendIcon } from './kind-choice.tsx';
import type { ConnectionForm } from './use-form.ts';

interface FormFrameProps {
  id: string;
  form: Pick<ConnectionForm, 'refusedTries' | 'save'>;
  head: ReactNode;
  children: ReactNode;
}

/** The form itself: the focus goes to what is wrong. */
export function FormFrame({ id, form, head, children }: FormFrameProps) {
  const element = useFocusOnProblem(form.refusedTries);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    form.save();
  };
  return (
    <Form id={id} ref={element} className="connection-form" validationBehavior="aria" onSubmit={submit}>
      {head}
      {children}
    </Form>
  );
}

interface ChosenKindProps {
  icon: typeof backendIcon;
  name: string;
  /** the words of a button; none where it stays what it is */
  change?: string;
  onChange?: () => void;
}

/** What the connection is to, and the way back to that question. */
export function ChosenKind({ icon, name, change, onChange }: ChosenKindProps) {
  return (
    <div className="row connection-provider">
      <Icon of={icon} />
      <span className="spacer">{name}</span>
      {change !== undefined && onChange !== undefined && (
        <Button variant="quiet" size="small" onPress={onChange}>
          {change}
        </Button>
      )}
    </div>
  );
}

/** What main said to saving. */
export function Refusal({ words: said }: { words: string | null }) {
  const place = useInSight(said);
  return (
    <div role="alert" className="test-result" ref={place}>
      {said !== null && <Note tone="danger">{said}</Note>}
    </div>
  );
}
