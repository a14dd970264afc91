/**
 * Asks again until it is so. A process follows a change within two seconds; the rest of the time is for a machine that
 * runs other tests as well.
 */
export async function soon(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what}: still not so`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
