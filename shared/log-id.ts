import { z } from 'zod';

/** Of a survey and the deletion that is made of it, or of a change of a bucket's settings: when it was begun (UTC), and by chance. */
export const logIdSchema = z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{6}$/);
