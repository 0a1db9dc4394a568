/** What is typed into a field, as a value. Pure. */

/** null: nothing was typed; NaN: it is no number */
export function numberOf(text: string): number | null {
  const typed = text.trim();
  if (typed === '') return null;
  return /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : NaN;
}

export function textOf(value: number | null): string {
  return value === null ? '' : String(value);
}

/** `image/jpeg, video/*` */
export function listOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((one) => one !== '');
}
