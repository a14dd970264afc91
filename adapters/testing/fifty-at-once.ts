/** Fifty calls at once, and what came of them: the start of every proof that one of many wins. */
export async function fiftyAtOnce<T>(
  call: (index: number) => Promise<T>,
): Promise<{ values: T[]; errors: unknown[] }> {
  const settled = await Promise.allSettled(Array.from({ length: 50 }, (_, index) => call(index)));
  return {
    values: settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    errors: settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
  };
}
