/** The file of an export. */
import { SidelineError } from '../../../shared/errors.ts';
import { refusals } from '../../../shared/strings/refusals.ts';
import { writeFileWhole } from '../write-whole.ts';

/**
 * Whole or not at all; what had that name is replaced. `file`: absolute; `temporary`: beside it, where somebody else takes it away
 * when this is killed. Throws `invalid-input` where the disk refuses.
 */
export async function writePieces(
  file: string,
  pieces: Iterable<string> | AsyncIterable<string>,
  temporary?: string,
): Promise<void> {
  await writeFileWhole(file, pieces, {
    refusal: (cause) => new SidelineError('invalid-input', { subject: refusals.exportNotWritten(file), cause }),
    ...(temporary === undefined ? {} : { temporary }),
  });
}
