import type { Check } from '../../../src/domain/check.ts';
import type { FactId, FactReading } from '../../../src/domain/fact.ts';
import type { AlertReading, Count, ItemCount, MinuteReading, Reading } from '../../../src/domain/reading.ts';
import { finalMinute, minutesOf } from '../../../src/sources/minutes.ts';
import {
  CLOCK_SKEW_CAUSE,
  type FactsByCluster,
  type FiredMinutes,
  type MinuteWindow,
  type Observation,
  type SignalSource,
} from '../../../src/sources/signal-source.ts';

/** How the store behind the source is. */
export type SourceMood = 'well' | 'down' | 'partial' | 'skewed';

/** What a test's world says of a minute: a reading, or the number that is a value. */
export interface Script {
  count(cluster: string, key: string, minute: number): Reading<Count>;
  items(cluster: string, signal: string, minute: number): Reading<ItemCount>;
  value(cluster: string, signal: string, minute: number): Reading<number>;
}

/** A value. */
export function value<T>(content: T): Reading<T> {
  return { is: 'value', value: content };
}

/** A budget that is whole and as old as it should be; of everything else there is nothing to tell. */
function wellFact(id: FactId): FactReading {
  return value(id.startsWith('budget') ? [{ labels: { slo: 'eks-dns' }, value: 1 }] : []);
}

/** A source whose readings a test writes; it fails a test that asks what no gate should ask. */
export class FakeSource implements SignalSource {
  readonly name: string;
  readonly settleDelayMs = 45_000;
  mood: SourceMood = 'well';
  /** How it is when it is asked for alerts alone; undefined is like the rest. */
  alertsMood: SourceMood | undefined;
  script: Script;
  alerts: AlertReading[] = [];
  /** When alerts fired in the past. */
  firedMinutes: FiredMinutes = new Map();
  /** What a fact says where it says anything but "all is well", on every cluster. */
  readonly factsNow = new Map<FactId, FactReading>();
  /** How many times facts were asked for. */
  factQuestions = 0;
  /** Every question, in order. */
  readonly asked: { readonly clusters: readonly string[]; readonly window: MinuteWindow }[] = [];
  /** Answers wait for it. */
  barrier: Promise<void> = Promise.resolve();
  readonly #checks: readonly Check[];
  readonly #clockNow: () => number;

  constructor(name: string, options: { checks: readonly Check[]; script: Script; now: () => number }) {
    this.name = name;
    this.#checks = options.checks;
    this.script = options.script;
    this.#clockNow = options.now;
  }

  async observe(clusters: readonly string[], window: MinuteWindow, now: number): Promise<Observation> {
    this.#refuse(clusters, window, now);
    this.asked.push({ clusters, window });
    await this.barrier;
    const minutes = minutesOf(window);
    const rows = <T>(read: (minute: number) => Reading<T>): MinuteReading<T>[] =>
      minutes.map((minute) => ({ minute, reading: this.#mooded(read(minute)) }));
    const byCluster = <T>(rowsOf: (cluster: string) => [string, MinuteReading<T>[]][]) =>
      new Map(clusters.map((cluster) => [cluster, new Map(rowsOf(cluster))]));
    const { script } = this;
    return {
      window,
      counts: byCluster((cluster) =>
        this.#checks
          .flatMap((check) => ('series' in check ? check.series : []))
          .map(({ key }) => [key, rows((minute) => script.count(cluster, key, minute))]),
      ),
      items: byCluster((cluster) =>
        this.#checks
          .filter(({ kind }) => kind === 'state' || kind === 'presence')
          .map(({ signal }) => [signal, rows((minute) => script.items(cluster, signal, minute))]),
      ),
      values: byCluster((cluster) =>
        this.#checks
          .filter(({ kind }) => kind === 'gauge')
          .map(({ signal }) => [signal, rows((minute) => script.value(cluster, signal, minute))]),
      ),
      alerts: this.#mooded(
        { is: 'value', value: this.alerts.filter(({ cluster }) => clusters.includes(cluster)) },
        this.alertsMood,
      ),
    };
  }

  async fired(alertNames: readonly string[], clusters: readonly string[]): Promise<Reading<FiredMinutes>> {
    if (alertNames.length === 0 || clusters.length === 0) throw new Error('asks for alerts of nothing');
    return this.#mooded({ is: 'value', value: this.firedMinutes });
  }

  async facts(clusters: readonly string[], ids: readonly FactId[], now: number): Promise<FactsByCluster> {
    this.#refuse(clusters, { from: 0, to: 0 }, now);
    this.factQuestions += 1;
    const read = (id: FactId): FactReading => this.#mooded(this.factsNow.get(id) ?? wellFact(id));
    return new Map(clusters.map((cluster) => [cluster, new Map(ids.map((id) => [id, read(id)]))]));
  }

  async health() {
    return this.mood === 'down'
      ? { reachable: false, cause: 'HTTP 503' }
      : { reachable: true, skewMs: this.mood === 'skewed' ? 40_000 : 0 };
  }

  #mooded<T>(reading: Reading<T>, mood = this.mood): Reading<T> {
    if (mood === 'down') return { is: 'unknown', cause: 'the store answered 503' };
    if (mood === 'skewed') return { is: 'unknown', cause: `${CLOCK_SKEW_CAUSE}the store is 40 s ahead` };
    if (mood === 'partial' && reading.is === 'value') {
      return { is: 'partial', value: reading.value, cause: 'a shard is missing' };
    }
    return reading;
  }

  #refuse(clusters: readonly string[], window: MinuteWindow, now: number): void {
    const problem =
      clusters.length === 0
        ? 'asks for no cluster'
        : new Set(clusters).size < clusters.length
          ? 'names a cluster twice'
          : now !== this.#clockNow()
            ? 'has another time than the clock'
            : window.to > finalMinute(now, this.settleDelayMs)
              ? 'asks for a minute that is not final'
              : undefined;
    if (problem) throw new Error(`a question ${problem}: ${JSON.stringify({ clusters, window, now })}`);
  }
}
