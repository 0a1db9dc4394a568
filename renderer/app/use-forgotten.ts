import { useEffect } from 'react';

/**
 * What was typed as a secret goes with the form: React and the components hold on to what a form was, long after it is gone.
 * `holder` is a part of the state that is replaced at each change; the fields are emptied in the one that is replaced.
 */
export function useForgotten<Field extends string>(holder: Readonly<Record<Field, string>>, fields: readonly Field[]) {
  useEffect(
    () => () => {
      Object.assign(holder, Object.fromEntries(fields.map((field) => [field, ''])));
    },
    [holder, fields],
  );
}
