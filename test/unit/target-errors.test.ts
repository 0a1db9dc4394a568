/** What the system says of a file that is written: in words, and whether it goes for all that are still to come. */
import { expect, it } from 'vitest';
import { asTargetError, isOfAll } from '../../electron/admin/download/target-errors.ts';

it.each([
  ['ENOSPC', 'target-unwritable', 'the disk is full', true],
  ['EDQUOT', 'target-unwritable', 'the disk is full', true],
  ['EROFS', 'target-unwritable', '/x/y may not be written', true],
  ['ENODEV', 'target-unwritable', '/x/y is gone', true],
  ['EACCES', 'target-unwritable', '/x/y may not be written', false],
  ['EBUSY', 'target-unwritable', '/x/y may not be written', false],
  ['EFBIG', 'target-unwritable', 'FAT32', false],
  ['EIO', 'target-unwritable', 'EIO', false],
  ['ENAMETOOLONG', 'target-name', 'too long', false],
  ['EISDIR', 'target-exists', '/x/y', false],
] as const)('%s is %s: %s', (code, kind, words, ofAll) => {
  const error = asTargetError(Object.assign(new Error('the system says so'), { code }), '/x/y');
  expect(error.kind).toBe(kind);
  expect(error.message).toContain(words);
  expect(isOfAll(error)).toBe(ofAll);
});
