import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { toolPath } from '../../tools/installed.ts';
import { runCommand } from '../../tools/run-command.ts';
import { freePort } from './free-port.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { TempDir } from './temp-dir.ts';

/** A job with its targets; labels are put on every series of the target. */
interface ScrapeJob {
  readonly job: string;
  readonly targets: readonly {
    /** `host:port` */
    readonly address: string;
    readonly labels?: Readonly<Record<string, string>>;
  }[];
}

/** What a Prometheus is started with; times are Prometheus durations (`1s`, `2h`). */
export interface PrometheusOptions {
  /** Rule files. */
  readonly rules?: readonly string[];
  readonly scrape?: readonly ScrapeJob[];
  /** Default `1s`. */
  readonly scrapeInterval?: string;
  /** Default `1s`. */
  readonly evaluationInterval?: string;
  /** A folder of blocks (`backfill`), copied into the data folder. */
  readonly blocks?: string;
  /** `host:port` of an Alertmanager. */
  readonly alertmanager?: string;
  /** How late a sample may arrive, by remote write too. Default: not at all. */
  readonly outOfOrder?: string;
}

/** One series of an instant query. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus on loopback with an own data folder. */
export interface Prometheus extends AsyncDisposable {
  readonly url: string;
  readonly process: RunningProcess;
  /** Reads the configuration and the rule files again. */
  reload(): Promise<void>;
  /** An instant query that answers a vector, at a time in seconds or now. */
  query(expression: string, atSeconds?: number): Promise<Sample[]>;
  stop(): Promise<void>;
}

/** Starts Prometheus with remote write on, and waits until it is ready. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(new TempDir());
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const data = join(dir.path, 'data');
  if (options.blocks) cpSync(options.blocks, data, { recursive: true });
  // JSON is YAML.
  const config = dir.write('prometheus.yml', JSON.stringify(configOf(options), null, 2));
  const process = resources.use(
    await startProcess(toolPath('prometheus'), {
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        // Back-filled history may be older than the default of 15 days.
        '--storage.tsdb.retention.time=10y',
        `--web.listen-address=${address}`,
        '--web.enable-lifecycle',
        '--web.enable-remote-write-receiver',
        // The default of a minute is how long a resolved alert or a second notification would take.
        '--rules.alert.resend-delay=2s',
        // The default of 5 s is how long the first scrape would take.
        '--scrape.discovery-reload-interval=100ms',
      ],
      ready: { url: `${url}/-/ready` },
    }),
  );
  const owned = resources.move();
  return {
    url,
    process,
    reload: () => reload(url),
    query: (expression, atSeconds) => query(url, expression, atSeconds),
    stop: () => owned.disposeAsync(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Makes blocks of an OpenMetrics text with timestamps: history without waiting for it.
 *
 * @param from the text itself or a file with it; it ends in `# EOF`
 * @returns a folder for `startPrometheus({ blocks })`, which the caller disposes of
 * @throws Error with promtool's words when the text is refused
 */
export async function backfill(from: { text: string } | { file: string }): Promise<TempDir> {
  using input = new TempDir();
  const file = 'file' in from ? from.file : input.write('history.om', from.text);
  const blocks = new TempDir();
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, blocks.path];
  const { code, stdout, stderr } = await runCommand(toolPath('promtool'), args, { timeoutMs: 120_000 });
  if (code === 0) return blocks;
  blocks[Symbol.dispose]();
  throw new Error(`promtool makes no blocks of ${file}: ${stderr || stdout}`);
}

function configOf(options: PrometheusOptions): object {
  return {
    global: {
      scrape_interval: options.scrapeInterval ?? '1s',
      evaluation_interval: options.evaluationInterval ?? '1s',
      scrape_timeout: options.scrapeInterval ?? '1s',
    },
    rule_files: options.rules ?? [],
    storage: { tsdb: { out_of_order_time_window: options.outOfOrder ?? '0s' } },
    alerting: {
      alertmanagers: options.alertmanager ? [{ static_configs: [{ targets: [options.alertmanager] }] }] : [],
    },
    scrape_configs: (options.scrape ?? []).map(({ job, targets }) => ({
      job_name: job,
      static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels: labels ?? {} })),
    })),
  };
}

async function reload(url: string): Promise<void> {
  const answer = await fetch(`${url}/-/reload`, { method: 'POST' });
  if (!answer.ok) throw new Error(`Prometheus refuses its new configuration: ${await answer.text()}`);
}

async function query(url: string, expression: string, atSeconds?: number): Promise<Sample[]> {
  const form = new URLSearchParams({ query: expression });
  if (atSeconds !== undefined) form.set('time', String(atSeconds));
  const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`Prometheus refuses the query ${expression}: ${await answer.text()}`);
  const { data } = (await answer.json()) as VectorAnswer;
  return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
}

interface VectorAnswer {
  readonly data: { readonly result: readonly { metric: Record<string, string>; value: [number, string] }[] };
}
