/** What the system says of files on this computer, as errors with words. */
import { SidelineError } from '../../../shared/errors.ts';
import { downloads } from '../../../shared/strings/downloads.ts';
import { systemCode } from '../../system-code.ts';

/** Nothing more can be written to a drive that is full, gone, or read-only. */
const ofAll = new Set(['ENOSPC', 'EDQUOT', 'ENODEV', 'ENXIO', 'EROFS']);

/** Whether what went wrong with one file does so with all that are still to come. */
export function isOfAll({ kind, cause }: SidelineError): boolean {
  return kind === 'target-unwritable' && ofAll.has(systemCode(cause));
}

/** `where`: absolute path */
export function asTargetError(error: unknown, where: string): SidelineError {
  if (error instanceof SidelineError) return error;
  const code = systemCode(error);
  switch (code) {
    case 'ENAMETOOLONG':
    case 'EILSEQ':
      return new SidelineError('target-name', { subject: downloads.tooLong, cause: error });
    case 'EEXIST':
    case 'EISDIR':
    case 'ENOTDIR':
    case 'ENOTEMPTY':
      return new SidelineError('target-exists', { subject: where, cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return unwritable(downloads.full, error);
    case 'EFBIG':
      return unwritable(downloads.tooLarge, error);
    case 'EACCES':
    case 'EBUSY':
    case 'EPERM':
    case 'EROFS':
      return unwritable(downloads.forbidden(where), error);
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
      return unwritable(downloads.gone(where), error);
    default:
      return code === '' ? new SidelineError('internal', { cause: error }) : unwritable(code, error);
  }
}

function unwritable(subject: string, cause: unknown): SidelineError {
  return new SidelineError('target-unwritable', { subject, cause });
}
