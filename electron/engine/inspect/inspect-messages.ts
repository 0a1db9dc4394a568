/** What inspector.ts and its threads say to each other. */
import { z } from 'zod';
import { inspectedSchema } from '../../../shared/inspected.ts';

export const orderSchema = z.object({ id: z.number(), path: z.string() });
export type InspectOrder = z.infer<typeof orderSchema>;

/** What is wrong with a file that cannot be looked into. */
const sourceKinds = ['source-gone', 'source-unreadable', 'source-special'] as const;

export const answersSchema = z.array(
  z.union([
    z.object({ id: z.number(), inspected: inspectedSchema }),
    z.object({ id: z.number(), kind: z.enum(sourceKinds), subject: z.string() }),
    /** a mistake of Sideline's or of a library's */
    z.object({ id: z.number(), broken: z.string() }),
  ]),
);
export type InspectAnswer = z.infer<typeof answersSchema>[number];

export function isSourceKind(kind: string): kind is (typeof sourceKinds)[number] {
  return sourceKinds.some((one) => one === kind);
}

/** Numbers that a thread keeps in memory which both see, so that one that hangs can still be asked where. */
export const progress = {
  /** goes up with every step */
  steps: 0,
  /** 1 while it waits for the disk, which may take long and is no fault */
  onDisk: 1,
  /** id of the order that it is at; 0: none */
  order: 2,
  count: 3,
};
