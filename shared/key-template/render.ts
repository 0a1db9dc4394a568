/** The key of one file, from a template and what is known of the file. */
import { checkedKey } from './key-rules.ts';
import type { KeyTemplate } from './parse.ts';
import { ruleOf, type KeyValues } from './placeholders.ts';

/**
 * The key of one file, in NFC; the same values always give the same key. Throws `invalid-input` naming the field whose
 * value is missing or would leave its segment, and `key-invalid` with why where the relative path or the whole is no good
 * key (see `objectKey`).
 */
export function renderKey(template: KeyTemplate, values: KeyValues): string {
  const checked = { ...values, relativePath: checkedKey(values.relativePath) };
  let key = '';
  let noFolders = false;
  for (const part of template.parts) {
    const value = 'literal' in part ? part.literal : ruleOf(part.placeholder).value(checked, part.argument);
    if (value !== '') {
      // Without folders the slash after them goes too: neither `/name` nor `a//name`.
      const slashToo = noFolders && value.startsWith('/') && (key === '' || key.endsWith('/'));
      key += slashToo ? value.slice(1) : value;
      noFolders = false;
    } else if ('placeholder' in part) {
      // A file without extension gets no dot for it either.
      if (part.placeholder === 'ext' && key.endsWith('.')) key = key.slice(0, -1);
      if (part.placeholder === 'relative_dir') noFolders = true;
    }
  }
  return checkedKey(noFolders && key.endsWith('/') ? key.slice(0, -1) : key);
}
