/** What answers the calls of the contract: one file of this folder an area, each with some of these. */
import type { CallName, CallOutput, ParsedInput } from '../../shared/ipc.ts';

/** Inputs have been parsed. What is thrown becomes a typed error: see serve.ts. */
export type Handlers = {
  [Name in CallName]: (input: ParsedInput<Name>) => CallOutput<Name> | Promise<CallOutput<Name>>;
};
