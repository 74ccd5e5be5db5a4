import { z } from 'zod';

// The hub's Content-Security-Policy forbids code made at run time. Imported before any contract is made.
z.config({ jitless: true });
