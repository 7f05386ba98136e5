import { toolPath } from '../../tools/installed.ts';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** A real node_exporter of this machine. */
export interface NodeExporter extends AsyncDisposable {
  /** `host:port`, as a scrape target is named. */
  readonly address: string;
  /** The page's address. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts node_exporter and waits until its page answers; `collectors` alone, or its default ones. */
export async function startNodeExporter(collectors?: readonly string[]): Promise<NodeExporter> {
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}/metrics`;
  const only = collectors && [
    '--collector.disable-defaults',
    ...collectors.map((name) => `--collector.${name}`),
  ];
  const process = await startProcess(toolPath('node_exporter'), {
    args: [`--web.listen-address=${address}`, ...(only ?? [])],
    ready: { url },
  });
  const stop = async () => {
    await process.stop();
  };
  return { address, url, stop, [Symbol.asyncDispose]: stop };
}
