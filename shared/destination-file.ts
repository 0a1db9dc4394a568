/** The file from which an organiser sets up other computers: destinations, by the names of their connections; no secret is in it. */
import { z } from 'zod';
import { destinationRulesSchema, type DestinationRules } from './destination.ts';
import { SidelineError } from './errors.ts';

const fileSchema = z.strictObject({
  format: z.literal('sideline-destinations', { error: 'this is no file of destinations' }),
  version: z.literal(1, { error: 'the file was written by a newer Sideline: update this one' }),
  destinations: z
    .array(z.strictObject({ connection: z.string().min(1).max(200), rules: destinationRulesSchema }))
    .min(1, 'there is none in it')
    .max(1000),
});

export interface NamedDestination {
  /** name of its connection */
  connection: string;
  rules: DestinationRules;
}

export function destinationFileText(destinations: readonly NamedDestination[]): string {
  return `${JSON.stringify({ format: 'sideline-destinations', version: 1, destinations }, null, 2)}\n`;
}

/** Throws `invalid-input` with the place in the file and what is wrong there; two of one name are refused too. */
export function parseDestinationFile(text: string): NamedDestination[] {
  const parsed = fileSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(`${(issue?.path ?? []).join('.')}: ${issue?.message ?? ''}`.replace(/^: /, ''));
  }
  const { destinations } = parsed.data;
  const names = destinations.map(({ rules }) => rules.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw refused(`two destinations are named "${twice}"`);
  return destinations;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused('it is no JSON', cause);
  }
}

function refused(why: string, cause?: unknown): SidelineError {
  return new SidelineError('invalid-input', {
    subject: `The file of destinations cannot be used: ${why.replace(/\.$/, '')}.`,
    cause,
  });
}
