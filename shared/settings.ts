/** What a person can set, kept in settings.json of the data folder. */
import { z } from 'zod';

/** Minutes since midnight, local time. `from` may be later than `to`: the hours then go over midnight. */
const minutes = z.int().min(0).max(1439);

export const settingsSchema = z.object({
  /** bytes per second; null: as fast as the line */
  limitRate: z.int().min(1024).nullable().default(null),
  /** The limit holds in these hours only; null: always. */
  limitHours: z.object({ from: minutes, to: minutes }).nullable().default(null),
  /** requests side by side; null: found out */
  concurrency: z.int().min(1).max(64).nullable().default(null),
  proxy: z
    .discriminatedUnion('use', [
      z.object({ use: z.literal('system') }),
      z.object({ use: z.literal('none') }),
      z.object({ use: z.literal('address'), address: z.url({ protocol: /^https?$/ }) }),
    ])
    .default({ use: 'system' }),
  notifications: z.boolean().default(true),
  startInTray: z.boolean().default(false),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = settingsSchema.parse({});
