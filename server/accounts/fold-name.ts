/**
 * The rules about people: signing up and in, codes, recovery, administration. One folder for each thing a person does.
 * Its neighbours: `messages` sends what people are told, the three stores keep what is known; `flow` and `api` present
 * these rules and add none. Every write to an account goes through `write-account.ts`, so that the names under which
 * it is found follow from what it holds. It never knows HTTP, HTML, OAuth or who asks, and never meets
 * `configuration`: it reads `pool.settings`, which are complete and valid.
 */
import type { PoolSettings } from '#adapters/directory/records.ts';

/** What is compared as a name: one of the fields of an account that may be folded. */
export type FoldedField = 'username' | 'email' | 'phone_number' | 'preferred_username';

/**
 * The form in which a name is unique and found (USR-198). Composed and decomposed letters are one name (Unicode NFC):
 * keyboards differ in what they send. Compatibility forms stay apart (no NFKC), so that `＠` (U+FF20) never becomes the
 * `@` of somebody else's address; e-mail addresses are ASCII anyway (`attributes/contact-forms.ts`). The small sigma at
 * the end of a Greek word is the one inside it: the capital of both is the same.
 */
export function foldName(
  settings: Pick<PoolSettings, 'UsernameConfiguration'>,
  field: FoldedField,
  value: string,
): string {
  const composed = value.normalize('NFC');
  if (field === 'phone_number' || settings.UsernameConfiguration.CaseSensitive) return composed;
  return composed.toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}
