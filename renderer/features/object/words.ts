/** Text from a bucket as a person can read it. Pure. */

/** Control characters, and what turns the direction of the text behind it: a name would look like another. */
const hidden = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** What cannot be seen is written as its number: `a\u{202e}b`. */
export function visibleText(text: string): string {
  return text.replace(hidden, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}
