/**
 * The uploads store: files that somebody sent and that are worked through once, such as a list of people to import.
 * Its neighbours keep records (`accounts`, `directory`, `sessions`); a file is too large for one, and here it is kept
 * in pieces, so that nobody ever holds it as a whole. It knows nothing of what is in a file, and a backup leaves it
 * out.
 *
 * A store is bound to one pool before anyone holds it (`forPool`). Pieces are numbered from 0 and written in that
 * order by one writer; every piece but the last has `PIECE_BYTES`. An upload whose `expiresAt` has come is not there,
 * whatever the engine still holds.
 */

/** A size that every engine takes as one record, and that costs little memory. */
export const PIECE_BYTES = 256 * 1024;

export interface UploadStore {
  /** Writes a piece. `expiresAt` is in milliseconds since the epoch, the same for all pieces of an upload. */
  write(upload: string, piece: number, bytes: Uint8Array, expiresAt: number): Promise<void>;

  /** The piece, or undefined when there is none, or the upload has expired. */
  read(upload: string, piece: number): Promise<Uint8Array | undefined>;

  /** Gives every piece of the upload another expiry; returns whether there was any that had not expired. */
  prolong(upload: string, expiresAt: number): Promise<boolean>;

  /** Removes the upload; quiet when there is none. */
  remove(upload: string): Promise<void>;

  /** Removes every upload of the pool. For deleting a pool. */
  clear(): Promise<void>;
}

/** The opened store of all pools. */
export interface UploadStores {
  forPool(poolId: string): UploadStore;
  /** Removes what has expired, some of it at a time; returns whether there may be more. */
  sweep(): Promise<boolean>;
  close(): Promise<void>;
}
