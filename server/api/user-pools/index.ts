/**
 * The operations of user pools that Foyer has, each a file of its own named like it. Adding one is that file and a
 * line here; `docs/operations.md` follows.
 */
import type { Operation } from '../operation.ts';

export const userPoolOperations: readonly Operation[] = [];
