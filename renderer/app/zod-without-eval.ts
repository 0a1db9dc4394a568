/** The page's content policy forbids to make code of text, which zod would try: before any schema is made it is told not to. */
import { config } from 'zod';

config({ jitless: true });
