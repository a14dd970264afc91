/**
 * Asks again until it is so: on a machine that runs other tests as well it may take longer than the two seconds in which a
 * process follows a change, which `server/pools/watch.test.ts` proves without a real clock.
 */
export async function soon(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what}: still not so`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
