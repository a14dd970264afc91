/**
 * Whether everything that is wanted stands in `current` already. Members that are not wanted do not count, and lists
 * are compared as sets, since the API keeps no order in them.
 */
export function agrees(current: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(current) &&
      current.length === wanted.length &&
      wanted.every((item) => current.some((one) => agrees(one, item)))
    );
  if (typeof wanted === 'object' && wanted !== null)
    return (
      typeof current === 'object' &&
      current !== null &&
      Object.entries(wanted).every(([key, value]) => agrees((current as Record<string, unknown>)[key], value))
    );
  return current === wanted;
}
