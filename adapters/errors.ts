/**
 * The few failures that every store can have, and every sender of messages. A store never throws anything else on
 * purpose; the driver's own error travels as `cause` and stays in the log.
 */
export class StoreError extends Error {
  override name = 'StoreError';
}

/** A record with this key, or another holder of this name, exists already. */
export class AlreadyExists extends StoreError {
  override name = 'AlreadyExists';
  /** What was taken: a record's id, or `<kind>:<value>` for a name. */
  readonly taken: string;

  constructor(taken: string, options?: ErrorOptions) {
    super(`${taken} exists already`, options);
    this.taken = taken;
  }
}

/** The record to change is not there (any more). */
export class Missing extends StoreError {
  override name = 'Missing';

  constructor(id: string, options?: ErrorOptions) {
    super(`${id} does not exist`, options);
  }
}

/** The store did not answer, or refused to: the disk is full, the server is away. Trying later may help. */
export class Unavailable extends StoreError {
  override name = 'Unavailable';
  /** Which store: `accounts`, `directory` or `sessions`. */
  readonly store: string;

  constructor(store: string, options?: ErrorOptions) {
    super(`The ${store} store is not available`, options);
    this.store = store;
  }
}

/** The data on disk was written by a newer Foyer than this one. */
export class NewerSchema extends StoreError {
  override name = 'NewerSchema';

  constructor(store: string, found: number, known: number) {
    super(
      `The ${store} store has schema version ${found}, this Foyer knows versions up to ${known}. ` +
        'Start the newer Foyer that wrote it, or restore a backup made before the upgrade.',
    );
  }
}

/** A cursor that this list did not give, or gave for another query. */
export class InvalidCursor extends StoreError {
  override name = 'InvalidCursor';

  constructor() {
    super('The cursor does not belong to this list');
  }
}

/** A record is larger than any that the product makes: somebody is trying to fill the store. */
export class TooLarge extends StoreError {
  override name = 'TooLarge';

  constructor(bytes: number, limit: number) {
    super(`A record of ${bytes} bytes is over the limit of ${limit}`);
  }
}

/** A message was not accepted for delivery: the server is away or refuses it. The cause stays in the log. */
export class Undeliverable extends Error {
  override name = 'Undeliverable';
}
