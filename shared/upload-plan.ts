/** Where an offer is to go, and what would become of it: what a person sees, and may change, before anything is sent. */
import { z } from 'zod';
import { sortingRuleSchema } from './destination.ts';
import { errorKinds, type Reason } from './errors.ts';
import type { OutputRole } from './output.ts';

const id = z.int().positive();

/** Values of a key template's fields, such as event_id. */
export const fieldsSchema = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), z.string().max(500));

export const placementTargetSchema = z.strictObject({
  destinationId: id,
  /** Which files it gets. A single destination without rules gets everything. */
  sorting: z.array(sortingRuleSchema).max(100),
  /** for this batch: they go before those of the destination */
  fields: fieldsSchema,
});
export type PlacementTarget = z.infer<typeof placementTargetSchema>;

/** Single files, by their path as dropped, that go to another of the destinations than the rules say; null: they are not sent. */
export const exceptionsSchema = z
  .record(z.string().min(1).max(32_768), id.nullable())
  .refine((all) => Object.keys(all).length <= 10_000, 'at most 10,000 files can be placed one by one');
export type Exceptions = z.infer<typeof exceptionsSchema>;

export const placementSchema = z.discriminatedUnion('to', [
  /** As they are, under a prefix. */
  z.strictObject({ to: z.literal('connection'), connectionId: id, prefix: z.string().max(900) }),
  /** The first whose rules take a file gets it. */
  z.strictObject({
    to: z.literal('destinations'),
    targets: z.array(placementTargetSchema).min(1).max(20),
    exceptions: exceptionsSchema,
  }),
]);
export type Placement = z.infer<typeof placementSchema>;

/** What would become of an offer. */
export interface UploadPlan {
  /** what was found, sent or not */
  files: number;
  /** of what was found. bytes */
  bytes: number;
  /** in the order of the placement; of a connection there is one, with null. `bytes` are those of the files before they are prepared */
  targets: { destinationId: number | null; files: number; objects: number; bytes: number }[];
  /** what would not be sent, by reason, the most frequent first */
  notSent: {
    state: 'skipped' | 'failed';
    reason: Reason;
    files: number;
    /** bytes */
    bytes: number;
  }[];
  /** objects that get another name than their template makes, for two files wanted it */
  renamed: number;
}

/** One object of a plan, or a file that is not sent. */
export interface PlanRow {
  /** of the same output of the same file the same in every plan of an offer */
  id: number;
  /** as dropped, with slashes */
  relativePath: string;
  /** absolute */
  source: string;
  /** of the file. bytes */
  size: number;
  /** media type; null: nobody has looked */
  type: string | null;
  /** null: none, or a connection's prefix */
  destinationId: number | null;
  role: OutputRole;
  /** of another size of an image */
  name: string | null;
  /** null: it is not sent */
  key: string | null;
  state: 'planned' | 'skipped' | 'failed';
  /** why it is not sent */
  reason: Reason | null;
  renamed: boolean;
}

export const planViewSchema = z.strictObject({
  show: z.enum(['all', 'planned', 'not-sent', 'renamed']),
  /** null: of all */
  destinationId: id.nullable(),
  /** why they are not sent; null: whatever it is */
  reason: z.enum(errorKinds).nullable(),
  /** part of the path as dropped, in any case; empty: all */
  search: z.string().max(500),
});
export type PlanView = z.infer<typeof planViewSchema>;
