import { common } from '../../shared/strings/common.ts';
import { notify } from '../components/toasts.tsx';
import { CallError } from '../ipc.ts';

/** The sentence for anything that was thrown; what is no refusal of main is a fault of ours, and goes to the console as well. */
export function wordsOf(error: unknown): string {
  if (error instanceof CallError) return error.message;
  console.error(error);
  return common.unknownFault;
}

/** Does it; where it fails the person is told. True: it was done. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    notify('error', wordsOf(error));
    return false;
  }
}
