import { toolPath } from '../../tools/installed.ts';
import { freePort } from './free-port.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { TempDir } from './temp-dir.ts';

/** One webhook for everything; times are Prometheus durations (`1s`, `2h`). */
interface OneWebhook {
  /** Where every group is sent to, firing and resolved. */
  readonly webhook: string;
  /** Sent along as `Authorization: Bearer ...`. */
  readonly bearer?: string;
  /** Default: one group of all alerts of a name and cluster. */
  readonly groupBy?: readonly string[];
  /** Default `0s`. */
  readonly groupWait?: string;
  /** Default `1s`. */
  readonly groupInterval?: string;
}

/** A real Alertmanager on loopback, without peers. */
export interface Alertmanager extends AsyncDisposable {
  /** `host:port`, as Prometheus is told. */
  readonly address: string;
  readonly url: string;
  readonly process: RunningProcess;
  stop(): Promise<void>;
}

/** Starts Alertmanager, with one webhook or with the text of a whole configuration, and waits until it is ready. */
export async function startAlertmanager(
  options: OneWebhook | { readonly config: string },
): Promise<Alertmanager> {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(new TempDir());
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  // JSON is YAML.
  const text = 'config' in options ? options.config : JSON.stringify(configOf(options), null, 2);
  const config = dir.write('alertmanager.yml', text);
  const process = resources.use(
    await startProcess(toolPath('alertmanager'), {
      args: [
        `--config.file=${config}`,
        `--storage.path=${dir.path}/data`,
        `--web.listen-address=${address}`,
        // Empty: no gossip, which would listen on all interfaces.
        '--cluster.listen-address=',
      ],
      ready: { url: `${url}/-/ready` },
    }),
  );
  const owned = resources.move();
  const stop = () => owned.disposeAsync();
  return { address, url, process, stop, [Symbol.asyncDispose]: stop };
}

function configOf(options: OneWebhook): object {
  const authorization = options.bearer && { http_config: { authorization: { credentials: options.bearer } } };
  return {
    route: {
      receiver: 'webhook',
      group_by: options.groupBy ?? ['alertname', 'cluster'],
      group_wait: options.groupWait ?? '0s',
      group_interval: options.groupInterval ?? '1s',
      repeat_interval: '1h',
    },
    receivers: [
      { name: 'webhook', webhook_configs: [{ url: options.webhook, send_resolved: true, ...authorization }] },
    ],
  };
}
