import { type Command, InvalidArgumentError, Option } from 'commander';
import { defineBundle } from '../catalogue/bundle.ts';
import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Config, SourceConfig } from '../config/config.ts';
import { type Duration, isDuration, milliseconds } from '../domain/duration.ts';
import { InputError, isTidegateError, UnavailableError } from '../domain/errors.ts';
import { printReport } from '../probe/print-report.ts';
import { probeStore } from '../probe/probe-store.ts';
import type { ProbeReport } from '../probe/report.ts';
import { createRowAsker } from '../sources/prometheus/ask-rows.ts';
import { createPrometheusClient } from '../sources/prometheus/client.ts';
import { recognise } from '../sources/prometheus/recognise.ts';
import { readStoreClock } from '../sources/prometheus/store-clock.ts';
import { CLOCK_SKEW_CAUSE } from '../sources/signal-source.ts';
import { loadWithFleet } from './argocd-fleet.ts';
import { readBearerFile, withoutToken } from './bearer-file.ts';
import { bundleOf } from './bundle.ts';
import { CommandEnd, endWith } from './exit.ts';
import { systemClock } from './system-clock.ts';

interface Flags {
  readonly prometheus: string;
  readonly cluster?: string;
  readonly json?: true;
  readonly bearerFile?: string;
  readonly clusterLabel?: string;
  readonly config?: string;
  readonly timeout: Duration;
}

/** `tidegate probe`: read-only first contact with a store. */
export function addProbeCommand(program: Command): void {
  program
    .command('probe')
    .description('look which signals of the catalogue the clusters of a Prometheus really deliver; only asks')
    .requiredOption('--prometheus <url>', 'base of the query API, such as http://127.0.0.1:9090')
    .option('--cluster <name>', 'look at this cluster only')
    .option('--json', 'print the report as JSON')
    .option('--bearer-file <file>', 'file with the token to send')
    .option('--cluster-label <label>', 'label that tells clusters apart (default: cluster, or the source’s)')
    .option('--config <file>', 'a tidegate.yaml whose bundle, fleet and sources count')
    .addOption(
      new Option('--timeout <duration>', 'longest wait for one answer')
        .argParser(parseTimeout)
        .default('30s'),
    )
    .addHelpText(
      'after',
      '\nEnds with 0 also where signals are missing; with 1 when the store can’t be asked, 64 for a wrong call.',
    )
    .action(probeAction);
}

function parseTimeout(text: string): Duration {
  if (!isDuration(text) || milliseconds(text) === 0) {
    throw new InvalidArgumentError('write a whole number and a unit, such as 10s or 2m.');
  }
  return text;
}

async function probeAction(flags: Flags): Promise<void> {
  refuseAddress(flags.prometheus);
  const config = flags.config === undefined ? undefined : await loadWithFleet(flags.config);
  const source = config && sourceOf(config, flags.prometheus);
  const bearerFile = flags.bearerFile ?? source?.auth?.bearerFile;
  const token = bearerFile === undefined ? undefined : readBearerFile(bearerFile);
  const clusterLabel = flags.clusterLabel ?? source?.clusterLabel ?? 'cluster';
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(clusterLabel)) {
    throw new InputError(
      'input/label',
      `--cluster-label: "${clusterLabel}" is no name of a label; expected one such as cluster`,
    );
  }
  try {
    const report = await probe(flags, { config, clusterLabel, token });
    const text = flags.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report);
    process.stdout.write(withoutToken(text, token));
  } catch (error) {
    // Whatever a server made us say, the token is no part of it.
    if (!isTidegateError(error)) throw error;
    throw new CommandEnd(endWith(error, (line) => process.stderr.write(`${withoutToken(line, token)}\n`)));
  }
}

interface Known {
  readonly config: Config | undefined;
  readonly clusterLabel: string;
  readonly token: string | undefined;
}

async function probe(flags: Flags, { config, clusterLabel, token }: Known): Promise<ProbeReport> {
  const timeoutMs = milliseconds(flags.timeout);
  const url = flags.prometheus.replace(/\/+$/, '');
  const headers = token === undefined ? {} : { headers: () => ({ authorization: `Bearer ${token}` }) };
  const client = createPrometheusClient({ name: 'of --prometheus', url, timeoutMs, ...headers });
  const health = await readStoreClock(client, systemClock.now());
  if (!health.reachable) {
    const why = await recognise({ url, timeoutMs, ...(token === undefined ? {} : { token }) });
    throw new UnavailableError('probe/no-prometheus', why);
  }
  const asker = createRowAsker(client, (systemClock.now() + (health.skewMs ?? 0)) / 1000);
  return probeStore({
    url,
    ask: (query) => asker.ask(query),
    bundle: config === undefined ? defineBundle(CATALOGUE) : bundleOf(config),
    clusterLabel,
    ...(flags.cluster === undefined ? {} : { cluster: flags.cluster }),
    onProgress: (read, of) =>
      process.stderr.write(`tidegate: ${read} of ${of} clusters read, ${asker.questions} questions asked\n`),
    remarks: () => ({
      // The store's clock was asked first.
      questions: asker.questions + 1,
      warnings: asker.warnings,
      ...(health.cause === undefined ? {} : { skew: health.cause.replace(CLOCK_SKEW_CAUSE, '') }),
    }),
  });
}

/** Refused before anything else: messages of others would repeat the address with the password in it. */
function refuseAddress(text: string): void {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InputError(
      'input/url',
      '--prometheus: expected an http or https address, such as http://127.0.0.1:9090',
      'prometheus',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new InputError(
      'input/url',
      '--prometheus: the address holds a user or a password; give a token by --bearer-file instead',
      'prometheus',
    );
  }
}

/** The source of a configuration that is this address: its label and its token count unless flags say otherwise. */
function sourceOf({ sources }: Config, url: string): SourceConfig | undefined {
  const plain = (text: string) => text.replace(/\/+$/, '');
  return sources.find((source) => plain(source.url) === plain(url));
}
