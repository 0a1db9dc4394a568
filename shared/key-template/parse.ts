/** A template such as `{user_id}-{uuid}.{ext}` taken apart, and what it asks for. */
import { SidelineError } from '../errors.ts';
import { fieldName, pattern } from './arguments.ts';
import { formatDate, keyDate } from './dates.ts';
import { checkedKey } from './key-rules.ts';
import { nearest } from './nearest.ts';
import { isPlaceholder, placeholderNames, ruleOf, type PlaceholderName, type Source } from './placeholders.ts';

interface Asked {
  placeholder: PlaceholderName;
  /** what stands after the colon; '': nothing does */
  argument: string;
}

export type TemplatePart = { literal: string } | Asked;

/** A template that was checked. Plain data: it can be stored, or parsed again from `text`. */
export interface KeyTemplate {
  text: string;
  parts: readonly TemplatePart[];
}

export interface Placeholder {
  /** of a field its own name, however it is written: `{event_id}`, `{field:event_id}`, `{slug:event_id}` */
  name: string;
  from: Source;
  meaning: string;
}

/** Throws `invalid-input` naming the position (from 1) and, for an unknown placeholder, the nearest known one. */
export function parseKeyTemplate(text: string): KeyTemplate {
  if (text === '') throw refuseTemplate('it is empty');
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < text.length) {
    const brace = text.slice(at).search(/[{}]/);
    const end = brace === -1 ? text.length : at + brace;
    if (end > at) parts.push({ literal: text.slice(at, end) });
    if (brace === -1) break;
    const close = text.indexOf('}', end);
    if (text[end] === '}') throw refuseTemplate(`the "}" at position ${end + 1} closes nothing`);
    const inner = text.slice(end + 1, close === -1 ? undefined : close);
    if (close === -1 || inner.includes('{')) throw refuseTemplate(`the "{" at position ${end + 1} is not closed`);
    parts.push(asked(inner, end + 1));
    at = close + 1;
  }
  const template = { text, parts };
  refuseBadLiterals(template);
  return template;
}

/** What the template asks for, each once, in order of appearance: a form shows those `from` a field. */
export function placeholdersOf(template: KeyTemplate): Placeholder[] {
  const all = template.parts.flatMap((part) => ('placeholder' in part ? [described(part)] : []));
  return [...new Map(all.map((one) => [`${one.from} ${one.name}`, one])).values()];
}

function described({ placeholder, argument }: Asked): Placeholder {
  const ofField = argument !== '' && (placeholder === 'field' || placeholder === 'slug');
  const { from, meaning } = ruleOf(ofField ? (knownField(argument) ?? 'field') : placeholder);
  return { name: ofField ? argument : placeholder, from, meaning };
}

function knownField(name: string): PlaceholderName | null {
  return name !== 'field' && isPlaceholder(name) && ruleOf(name).from === 'field' ? name : null;
}

function asked(inner: string, position: number): Asked {
  const colon = inner.indexOf(':');
  const name = colon === -1 ? inner : inner.slice(0, colon);
  const argument = colon === -1 ? '' : inner.slice(colon + 1);
  if (!isPlaceholder(name)) throw unknown(inner, name, argument, position);
  const why = refusedArgument(name, colon !== -1, argument);
  if (why !== null) throw refuseTemplate(`"{${inner}}" at position ${position} ${why}`);
  return { placeholder: name, argument };
}

function refusedArgument(name: PlaceholderName, given: boolean, argument: string): string | null {
  const rule = ruleOf(name).argument;
  if (!given) return rule?.needed ? `says too little: write it like "{${name}:${rule.example}}"` : null;
  if (rule === undefined) return `takes nothing after its name: write "{${name}}"`;
  return argument === ''
    ? `has nothing after the colon: write it like "{${name}:${rule.example}}"`
    : rule.refuse(argument);
}

function unknown(inner: string, name: string, argument: string, position: number): SidelineError {
  const own = fieldName.test(inner) ? ` A field of your own is written "{field:${inner}}".` : '';
  return refuseTemplate(
    `"{${inner}}" at position ${position} is unknown; did you mean "${meant(inner, name, argument)}"?${own}`,
  );
}

function meant(inner: string, name: string, argument: string): string {
  if (pattern.refuse(inner) === null) return `{date:${inner}}`;
  const near = nearest(name, placeholderNames);
  const rule = isPlaceholder(near) ? ruleOf(near).argument : undefined;
  if (rule === undefined) return `{${near}}`;
  if (argument !== '' && rule.refuse(argument) === null) return `{${near}:${argument}}`;
  return rule.needed ? `{${near}:${rule.example}}` : `{${near}}`;
}

const anyDate = keyDate(0, 'utc');

/** With a harmless value in every place, what is wrong is the text of the template itself. */
function refuseBadLiterals(template: KeyTemplate): void {
  const sample = template.parts.map((part) => ('literal' in part ? part.literal : sampleOf(part))).join('');
  try {
    checkedKey(sample);
  } catch (error) {
    throw refuseTemplate(error instanceof SidelineError ? error.subject : 'it makes no valid key', error);
  }
}

function sampleOf({ placeholder, argument }: Asked): string {
  return ruleOf(placeholder).argument === pattern ? formatDate(anyDate, argument) : 'x';
}

function refuseTemplate(why: string, cause?: unknown): SidelineError {
  const end = /[.?]$/.test(why) ? '' : '.';
  return new SidelineError('invalid-input', { subject: `The key template is not valid: ${why}${end}`, cause });
}
