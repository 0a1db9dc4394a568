/** Values as lines for programs: whatever is in them, a terminal that shows them is not moved by it. */

/**
 * One line of JSON. It may have any sign in its texts, but need not: those that a terminal takes for a command (C1, DEL), and those
 * that turn or end a line (UAX 9), are written as escapes.
 */
export function jsonLine(value: unknown): string {
  return `${escaped(JSON.stringify(value))}\n`;
}

/** The same over several lines, for people too. `json`: as JSON.stringify gives it */
export function escaped(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A command that ends early must know it too, before its options are read or after. */
export function wantsJson(): boolean {
  return process.argv.slice(2).includes('--json');
}

/** What a command has done, where that is all there is to say. */
export function tell(message: string): void {
  process.stdout.write(wantsJson() ? jsonLine({ event: 'message', message }) : `${message}\n`);
}
