import { PIECE_BYTES, type UploadStore } from '#adapters/uploads/store.ts';
import { UnreadableFile } from './file/read-lines.ts';

/**
 * The bytes of a file from a place on, a piece at a time.
 * @throws UnreadableFile when a piece is missing: it was kept for too long, or a backup was restored, which has none
 */
export async function* readUpload(
  store: UploadStore,
  { id, bytes }: { id: string; bytes: number },
  from = 0,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < bytes; ) {
    const number = Math.floor(at / PIECE_BYTES);
    const piece = await store.read(id, number);
    const rest = piece?.subarray(at - number * PIECE_BYTES);
    if (!rest?.length) throw new UnreadableFile('The uploaded file is not there any more.');
    yield rest;
    at += rest.length;
  }
}
