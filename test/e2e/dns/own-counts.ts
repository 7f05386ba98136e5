/** What CoreDNS itself counted so far. */
export interface DnsTotals {
  readonly responses: number;
  readonly servfail: number;
  /** Requests whose time was taken. */
  readonly timed: number;
  /** Among those the ones slower than 256 ms and 1.024 s. */
  readonly over256: number;
  readonly over1024: number;
}

/** Which totals a recorded series counts: events among an exposure. */
export const SERIES_TOTALS: Readonly<
  Record<string, { readonly events: keyof DnsTotals; readonly exposure: keyof DnsTotals }>
> = {
  'dns-errors': { events: 'servfail', exposure: 'responses' },
  'dns-latency@0.256': { events: 'over256', exposure: 'timed' },
  'dns-latency@1.024': { events: 'over1024', exposure: 'timed' },
};

const READ_EVERY_MS = 1_000;
const READ_TIMEOUT_MS = 3_000;

/** The totals on a page of CoreDNS's metrics. */
export function totalsOn(page: string): DnsTotals {
  const sum = (pattern: RegExp) =>
    page
      .split('\n')
      .filter((line) => pattern.test(line))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  const timed = sum(/^coredns_dns_request_duration_seconds_count[{ ]/);
  const upTo = (bound: string) =>
    sum(new RegExp(`^coredns_dns_request_duration_seconds_bucket\\{.*le="${bound.replace('.', '\\.')}"`));
  return {
    responses: sum(/^coredns_dns_responses_total[{ ]/),
    servfail: sum(/^coredns_dns_responses_total\{.*rcode="SERVFAIL"/),
    timed,
    over256: timed - upTo('0.256'),
    over1024: timed - upTo('1.024'),
  };
}

/** Two readings further apart than this tell nothing of the time between them. */
const LARGEST_HOLE_MS = 5_000;

/**
 * A second witness: reads the metrics page of one CoreDNS every second, without Prometheus, and adds up what it says
 * over its restarts. What was counted between the last reading and a restart is lost to it, as it is to everybody.
 */
export class OwnCounts implements AsyncDisposable {
  /** How often the page could not be read: the server restarts, or has lost its exporter. */
  missed = 0;
  readonly #readings: { readonly at: number; readonly totals: DnsTotals }[] = [];
  /** Totals of the processes before the present one, and the newest page of that one. */
  #earlier = NOTHING;
  #page = NOTHING;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;

  /** Reads from now on; `address` is `host:port` of the metrics. */
  static watch(address: string): OwnCounts {
    const counts = new OwnCounts();
    const read = () => {
      counts.#reading ??= counts.#read(`http://${address}/metrics`);
    };
    read();
    counts.#timer = setInterval(read, READ_EVERY_MS);
    return counts;
  }

  /** Takes note of what a page said at a time, in epoch milliseconds; times ascend. */
  note(at: number, page: DnsTotals): void {
    if (page.timed < this.#page.timed) this.#earlier = combine(this.#earlier, this.#page, (a, b) => a + b);
    this.#page = page;
    this.#readings.push({ at, totals: combine(this.#earlier, page, (a, b) => a + b) });
  }

  /**
   * The totals at a time, between two readings in proportion.
   *
   * @throws RangeError for a time that was not read about
   */
  at(timeMs: number): DnsTotals {
    const next = this.#readings.findIndex(({ at }) => at >= timeMs);
    const [before, after] = [this.#readings[next - 1], this.#readings[next]];
    if (before === undefined || after === undefined || after.at - before.at > LARGEST_HOLE_MS) {
      throw new RangeError(`CoreDNS's metrics were not read around ${new Date(timeMs).toISOString()}`);
    }
    const share = (timeMs - before.at) / (after.at - before.at);
    return combine(before.totals, after.totals, (a, b) => a + (b - a) * share);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#reading;
  }

  async #read(url: string): Promise<void> {
    const asked = Date.now();
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
      const page = totalsOn(await answer.text());
      this.note((asked + Date.now()) / 2, page);
    } catch {
      this.missed += 1;
    } finally {
      this.#reading = undefined;
    }
  }
}

const NOTHING: DnsTotals = { responses: 0, servfail: 0, timed: 0, over256: 0, over1024: 0 };

function combine(a: DnsTotals, b: DnsTotals, make: (a: number, b: number) => number): DnsTotals {
  const of = (name: keyof DnsTotals) => make(a[name], b[name]);
  return {
    responses: of('responses'),
    servfail: of('servfail'),
    timed: of('timed'),
    over256: of('over256'),
    over1024: of('over1024'),
  };
}
