/** How a file's key in the bucket is made: a prefix and its path, or a template such as `{user_id}-{uuid}.{ext}`. */
export { keyDate, takenDate, type KeyDate, type Zone } from './dates.ts';
export { longestKey, normalPrefix, objectKey, unlistable, withOtherName } from './key-rules.ts';
export { parseKeyTemplate, placeholdersOf, type KeyTemplate, type Placeholder } from './parse.ts';
export { placeholderNames, ruleOf, isPlaceholder, type KeyValues, type Source } from './placeholders.ts';
export { renderKey } from './render.ts';
