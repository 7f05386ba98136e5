import { afterAll } from 'vitest';

/**
 * A stack for what a suite starts in `beforeAll`: `resources.use(await startPrometheus(...))`.
 *
 * After the suite everything on it is stopped, the last one first, also when a start in between failed.
 */
export function suiteResources(): AsyncDisposableStack {
  const stack = new AsyncDisposableStack();
  afterAll(() => stack.disposeAsync());
  return stack;
}
