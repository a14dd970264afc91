/** Asks again until it is so, for at most the two seconds in which every process follows a change. */
export async function withinTwoSeconds(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 2000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what}: not so after two seconds`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
