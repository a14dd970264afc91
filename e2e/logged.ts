import { soon } from './soon.ts';
import type { Foyer } from './start.ts';

/** The newest line of the log with all of these texts; a line may come a moment after the answer that it is about. */
export async function logged(foyer: Pick<Foyer, 'log'>, ...texts: string[]): Promise<string> {
  const find = () => foyer.log().findLast((line) => texts.every((text) => line.includes(text)));
  await soon(`the log has ${texts.join(', ')}`, async () => find() !== undefined);
  return find() ?? '';
}
