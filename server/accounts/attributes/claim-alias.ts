import type { Account, NameKind } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { changeAccount, nameConflict } from '../write-account.ts';

type Writer = Pick<Pool, 'accounts' | 'settings' | 'clock'>;

/** How often another account may take the alias between our taking it away and our writing: then somebody is racing. */
const ROUNDS = 3;

/**
 * Runs a write that makes a contact an active alias. When another account holds it, the write is refused, or with
 * `takeOver` the other account loses it first: its contact becomes unverified, its owner signs in by username (9.5).
 * Freed before it is claimed, since a name has one holder at a time; a crash between the two leaves it free.
 * @throws what `taken` makes of the conflict
 */
export async function claimAlias(
  pool: Writer,
  write: () => Promise<Account>,
  { takeOver, taken = aliasTaken }: { takeOver: boolean; taken?: (kind: NameKind) => Refusal },
): Promise<Account> {
  for (let round = 1; ; round++) {
    try {
      return await write();
    } catch (error) {
      const conflict = nameConflict(error);
      if (!conflict) throw error;
      const { kind, value } = conflict;
      const movable = kind === 'email' || kind === 'phone_number';
      if (!takeOver || !movable || !pool.settings.AliasAttributes.includes(kind) || round > ROUNDS)
        throw taken(kind);
      await release(pool, kind, value);
    }
  }
}

function aliasTaken(contact: NameKind): Refusal {
  return new Refusal('alias-taken', { contact });
}

async function release(pool: Writer, kind: 'email' | 'phone_number', value: string): Promise<void> {
  const holder = await pool.accounts.findByName(kind, value);
  if (!holder) return;
  await changeAccount(pool, holder.id, (current) =>
    // It may have given the alias up by itself in the meantime.
    current.names[kind] === value
      ? { ...current, attributes: { ...current.attributes, [`${kind}_verified`]: 'false' } }
      : current,
  );
}
