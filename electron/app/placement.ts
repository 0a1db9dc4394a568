/** A placement, as a person chose it, as the engine wants it: with the destinations' rules as they are now. */
import { SidelineError } from '../../shared/errors.ts';
import { uploads } from '../../shared/strings/uploads.ts';
import { fieldsOf, mergedFields, missingFields, problemOfField } from '../../shared/template-fields.ts';
import type { Placement, PlacementTarget } from '../../shared/upload-plan.ts';
import type { WantedPlace, WantedTarget } from '../engine/plan/same-batch.ts';
import type { Journal } from '../journal/journal.ts';

type Place = Omit<WantedPlace, 'roots'>;
type Known = Pick<Journal, 'connections' | 'destinations'>;

const words = uploads.offer.refusals;

/** Throws `invalid-input` where something it names is not there, or is there twice. */
export function placeOf(journal: Known, placement: Placement): Place {
  if (placement.to === 'connection') {
    const { connectionId, prefix } = placement;
    if (!journal.connections().some(({ id }) => id === connectionId)) throw refused(words.noConnection);
    return { connectionId, prefix };
  }
  const targets = targetsOf(journal, placement.targets);
  const ids = new Set(targets.map(({ destinationId }) => destinationId));
  for (const id of Object.values(placement.exceptions)) if (id !== null && !ids.has(id)) throw refused(words.elsewhere);
  return { connectionId: targets[0]?.connectionId ?? 0, prefix: '', targets, exceptions: placement.exceptions };
}

function targetsOf(journal: Known, wanted: readonly PlacementTarget[]): WantedTarget[] {
  const all = journal.destinations();
  const connections = new Set(journal.connections().map(({ id }) => id));
  const seen = new Set<number>();
  return wanted.map(({ destinationId, sorting, fields }) => {
    const found = all.find(({ id }) => id === destinationId);
    if (found === undefined) throw refused(words.noDestination);
    const { connectionId, rules } = found;
    if (seen.has(destinationId)) throw refused(words.twice(rules.name));
    if (!connections.has(connectionId)) throw refused(words.connectionGone(rules.name));
    seen.add(destinationId);
    return { destinationId, connectionId, sorting, rules: { ...rules, fields: mergedFields(rules.fields, fields) } };
  });
}

/** Throws `invalid-input`, which names the field and the destination, where a key cannot be made for the lack of a value. */
export function refuseWithoutFields({ targets = [] }: Pick<Place, 'targets'>): void {
  for (const { rules } of targets) {
    const [missing] = missingFields(rules);
    if (missing !== undefined) throw refused(words.fieldMissing(missing.name, rules.name));
    for (const { name } of fieldsOf(rules)) {
      const why = problemOfField(name, rules.fields);
      if (why !== null) throw refused(words.fieldWrong(rules.name, why));
    }
  }
}

/** So that a plan can be shown before all is typed: what has no value stands in the key as its name. */
export function withOpenFields(place: Place): Place {
  const { targets = [] } = place;
  if (targets.length === 0) return place;
  return {
    ...place,
    targets: targets.map((target) => {
      const open = missingFields(target.rules).map(({ name }) => [name, `{${name}}`] as const);
      const fields = { ...target.rules.fields, ...Object.fromEntries(open) };
      return { ...target, rules: { ...target.rules, fields } };
    }),
  };
}

function refused(subject: string): SidelineError {
  return new SidelineError('invalid-input', { subject });
}
