import { setImmediate as breathe } from 'node:timers/promises';
import type { Check } from '../../domain/check.ts';
import { UnavailableError } from '../../domain/errors.ts';
import { MINUTE_MS } from '../../domain/reading.ts';
import type { MinuteWindow, SignalSource } from '../../sources/signal-source.ts';
import { READINGS_AT_ONCE, refuseUnknown, seriesCount } from '../learning/read-history.ts';
import { emptyTape, fillTape, type Tape } from './tape.ts';

/** What is read, all through one source. */
export interface TapesAsked {
  readonly source: SignalSource;
  readonly clusters: readonly string[];
  readonly checks: readonly Check[];
  /** Alerts that can halt. */
  readonly haltingAlerts: readonly string[];
  readonly window: MinuteWindow;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Called after every chunk with the last minute that was read. */
  readonly onRead: (minute: number) => void;
}

/**
 * Reads what clusters did, chunk by chunk of time and all clusters in each.
 *
 * Rejects with UnavailableError `backtest/unreadable` where the store can't tell.
 */
export async function readTapes(asked: TapesAsked): Promise<ReadonlyMap<string, Tape>> {
  const { source, clusters, checks, window, now, onRead } = asked;
  const tapes = new Map(clusters.map((name) => [name, emptyTape(name, checks, window)]));
  const readings = clusters.length * Math.max(1, seriesCount(checks));
  const step = Math.max(1, Math.floor(READINGS_AT_ONCE / readings)) * MINUTE_MS;
  const refuse = (cause: string) => unreadable(source, cause);
  for (let from = window.from; from <= window.to; from += step) {
    const part = { from, to: Math.min(window.to, from + step - MINUTE_MS) };
    const seen = await source.observe(clusters, part, now);
    refuseUnknown(seen, clusters, refuse);
    for (const tape of tapes.values()) fillTape(tape, seen);
    onRead(part.to);
    await breathe();
  }
  await readAlerts(asked, tapes);
  return tapes;
}

/** Which alerts fired when: which clusters had any is one question, and only of those each alert is asked for. */
async function readAlerts(asked: TapesAsked, tapes: ReadonlyMap<string, Tape>): Promise<void> {
  const { haltingAlerts, clusters } = asked;
  const alerting = [...(await fired(asked, haltingAlerts, clusters)).keys()];
  if (alerting.length === 0) return;
  for (const name of haltingAlerts) {
    for (const [cluster, minutes] of await fired(asked, [name], alerting)) {
      tapes.get(cluster)?.fired.set(name, minutes);
    }
  }
}

async function fired({ source, window }: TapesAsked, names: readonly string[], clusters: readonly string[]) {
  if (names.length === 0) return new Map<string, ReadonlySet<number>>();
  const found = await source.fired(names, clusters, window);
  if (found.is === 'value' || found.is === 'partial') return found.value;
  throw unreadable(source, found.is === 'unknown' ? found.cause : 'it has nothing of alerts');
}

function unreadable({ name }: SignalSource, cause: string): UnavailableError {
  return new UnavailableError(
    'backtest/unreadable',
    `the past can't be judged: source ${name} can't be read: ${cause}`,
  );
}
