import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts/store.ts';

/** An account with these names, listed under all of them. */
export function testAccount(names: Account['names'], more: Partial<Account> = {}): Account {
  return {
    id: randomUUID(),
    username: names.username,
    attributes: names.email ? { email: names.email } : {},
    enabled: true,
    status: 'CONFIRMED',
    epoch: 0,
    names,
    search: { ...names, enabled: 'Enabled', user_status: 'CONFIRMED' },
    createdAt: 1_790_000_000_000,
    modifiedAt: 1_790_000_000_000,
    ...more,
  };
}
