import type { SamlKeyRecord } from '#adapters/directory/records.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import type { Pool } from '../../pool.ts';
import { makeSigningPair } from '../../tls/authority.ts';

type Keeping = Pick<Pool, 'id' | 'directory' | 'vault' | 'clock'>;

const ID = 'signing';
const PURPOSE = 'saml-signing-key';
/** Administrators copy it to their providers by hand; ten years as the service has it. */
const YEARS_MS = 10 * 365 * 24 * 3_600_000;
/** Providers' clocks may be behind. */
const EARLIER_MS = 24 * 3_600_000;

/**
 * The key with which the pool signs what it sends to SAML providers, and its certificate, both PEM. Made when it is
 * first asked for, and the same ever after (FED-100): of several processes that make one at once, one is kept.
 */
export async function samlKey(pool: Keeping): Promise<{ privateKey: string; certificate: string }> {
  const stored = await pool.directory.find('saml-key', ID);
  const { certificate, sealedKey } = stored?.record ?? (await madeOnce(pool));
  return { certificate, privateKey: pool.vault.open(PURPOSE, pool.id, sealedKey) };
}

/** Keys that are being made, by pool. */
const underWay = new Map<string, Promise<SamlKeyRecord>>();

/** Anybody may ask for our metadata: of many who ask first, one waits for the making of a key, and the others for it. */
function madeOnce(pool: Keeping): Promise<SamlKeyRecord> {
  const making =
    underWay.get(pool.id) ??
    make(pool).finally(() => {
      underWay.delete(pool.id);
    });
  underWay.set(pool.id, making);
  return making;
}

async function make({ id, directory, vault, clock }: Keeping): Promise<SamlKeyRecord> {
  const now = clock.now();
  const { chain, key } = makeSigningPair(id, { validFrom: now - EARLIER_MS, validTo: now + YEARS_MS });
  try {
    const sealedKey = vault.seal(PURPOSE, id, key);
    return (await directory.create('saml-key', ID, { certificate: chain, sealedKey })).record;
  } catch (error) {
    const other = error instanceof AlreadyExists && (await directory.find('saml-key', ID));
    if (!other) throw error;
    return other.record;
  }
}
