/** Resolves when the process is told to end, by SIGTERM or SIGINT; a second one ends it at once. */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
