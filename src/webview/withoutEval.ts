import { z } from 'zod';

/**
 * zod compiles its checks with new Function where it can, and tries that as soon as a schema is made; the page's policy
 * refuses it. So this stands before every import that makes a schema.
 */
z.config({ jitless: true });
