import { InvalidArgumentError } from 'commander';
import { isDuration, milliseconds } from '../../domain/duration.ts';
import { InputError } from '../../domain/errors.ts';

/** A sync that a person names; epoch milliseconds. */
export interface GivenSync {
  readonly cluster: string;
  readonly at: number;
}

/** A cluster and its class, in a call without a configuration. */
export interface GivenCluster {
  readonly cluster: string;
  readonly class: string;
}

/** What `tidegate backtest` is called with. */
export interface BacktestFlags {
  readonly config?: string;
  readonly prometheus?: string;
  readonly classOf: readonly GivenCluster[];
  readonly simulate?: true;
  readonly learn?: true;
  readonly policy?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cluster?: readonly string[];
  readonly sync: readonly GivenSync[];
  readonly json?: true;
}

const DAY_MS = 86_400_000;

/** Takes in one more `--class-of`. */
export function clusterAndClass(text: string, known: readonly GivenCluster[]): readonly GivenCluster[] {
  const [cluster, className, ...rest] = text.split('=');
  if (!cluster || !className || rest.length > 0) {
    throw new InvalidArgumentError('write a cluster and its class, such as prod-eu-1=standard.');
  }
  return [...known, { cluster, class: className }];
}

/** Takes in one more `--sync`. */
export function clusterAndTime(text: string, known: readonly GivenSync[]): readonly GivenSync[] {
  const [cluster, time = ''] = text.split('=');
  const at = timeOf(time);
  if (!cluster || at === undefined) {
    throw new InvalidArgumentError('write a cluster and a time, such as prod-eu-1=2026-11-03T14:00Z.');
  }
  return [...known, { cluster, at }];
}

/**
 * The span that is looked at, epoch milliseconds: without flags the last day, begun earlier where a named sync is older.
 *
 * @throws InputError `input/time`
 */
export function spanOf(
  { from, to }: Pick<BacktestFlags, 'from' | 'to'>,
  syncs: readonly GivenSync[],
  now: number,
): { readonly from: number; readonly to: number } {
  const end = Math.min(now, to === undefined ? now : momentOf('to', to, now));
  const usual = Math.min(end - DAY_MS, ...syncs.map(({ at }) => at));
  return { from: from === undefined ? usual : momentOf('from', from, now), to: end };
}

function momentOf(flag: string, text: string, now: number): number {
  const at = isDuration(text) ? now - milliseconds(text) : timeOf(text);
  if (at !== undefined) return at;
  throw new InputError(
    'input/time',
    `--${flag}: "${text}" is no time; write 2026-11-03, 2026-11-03T14:00Z, or how long ago, such as 36h or 2d`,
    flag,
  );
}

/** A day is its beginning in UTC; a time of day needs its zone, so that nobody guesses. */
function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
