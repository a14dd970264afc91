const LARGEST_PAGE = 60;

/** How many users or groups a page of a list has: 1 to 60, and 60 where nothing or 0 is asked for. */
export function pageSize(limit = 0): number {
  return Math.min(limit || LARGEST_PAGE, LARGEST_PAGE);
}
