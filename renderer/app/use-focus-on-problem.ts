import { useEffect, useRef } from 'react';

/** The focus goes to the first field that is wrong, each time that the form was refused. */
export function useFocusOnProblem(refusedTries: number) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // A list to choose from marks what is around its button.
    const wrong = '[aria-invalid="true"], [data-invalid] > button, [data-problem] button';
    if (refusedTries > 0) form.current?.querySelector<HTMLElement>(wrong)?.focus();
  }, [refusedTries]);
  return form;
}
