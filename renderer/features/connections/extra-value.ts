/** The value of an extra field as a line of text: numbers, true and false as such; what would be read as one of them in quotation marks. */

export function textOfValue(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return typedValue(value) === value ? value : JSON.stringify(value);
}

export function typedValue(text: string): string | number | boolean {
  const typed = text.trim();
  if (!/^(-?\d|true$|false$|".*"$)/s.test(typed)) return typed;
  try {
    const value: unknown = JSON.parse(typed);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  } catch {
    return typed; // 007 is no number, and an open quotation mark no text: they are what they are
  }
  return typed;
}
