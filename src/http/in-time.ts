/** Longest that a page waits for what it shows beside the ledger, in milliseconds: a page is read in trouble, so it answers. */
export const PATIENCE_MS = 2_000;

/**
 * What a page shows of something that may be away: its answer, or what is said instead when it fails or is too slow. What
 * comes later is not shown.
 *
 * @param instead makes of the cause, a sentence, what is shown
 */
export async function inTime<T>(work: Promise<T>, instead: (cause: string) => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(instead(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    return instead(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}
