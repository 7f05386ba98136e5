import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { InputError } from '../domain/errors.ts';
import { EXIT_CODES } from '../hook/exit-codes.ts';
import { type ProbePlan, probeCluster } from '../hook/probe-cluster.ts';
import { type ProbeTarget, reportProbe } from '../hook/report-probe.ts';
import { readBearerFile } from './bearer-file.ts';
import { CommandEnd } from './exit.ts';
import { addGateAddress, parseWait } from './hook-options.ts';
import { systemClock } from './system-clock.ts';

interface Flags {
  readonly run?: string;
  readonly app?: string;
  readonly cluster?: string;
  readonly digest?: string;
  readonly name: string;
  readonly lookup: readonly string[];
  readonly resolver?: string;
  readonly api: string | false;
  readonly apiCa: string;
  readonly apiTokenFile: string;
  readonly tries: number;
  readonly gateUrl: string;
  readonly tokenFile?: string;
  readonly maxWait: number;
  readonly json?: true;
}

/** Where Kubernetes puts a pod's own credentials. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** `tidegate hook probe`: tests DNS and the API server from the hook's pod, and reports to the gate. */
export function addHookProbeCommand(hook: Command): void {
  const probe = hook
    .command('probe')
    .description('look names up and ask the API server, and report that as a probe')
    .option('--run <id>', 'the run it is about; or --app, --cluster and --digest for the newest of them')
    .option('--app <name>', 'the app, named the same on every cluster')
    .option('--cluster <name>', 'the cluster as the inventory names it')
    .option('--digest <digest>', 'identity of the change, or its revision where it has none')
    .option('--name <name>', 'what the policy calls the probe', 'cluster-basics')
    .option('--lookup <names...>', 'whole names to look up', ['kubernetes.default.svc.cluster.local'])
    .option('--resolver <host:port>', 'DNS server to ask (default: those of the pod)')
    .option('--api <url>', 'address of the API server', 'https://kubernetes.default.svc/readyz')
    .option('--no-api', 'ask no API server')
    .option('--api-ca <file>', 'authority of the API server', `${SERVICE_ACCOUNT}/ca.crt`)
    .option('--api-token-file <file>', 'token for the API server', `${SERVICE_ACCOUNT}/token`)
    .addOption(new Option('--tries <count>', 'tries of each test').argParser(parseTries).default(3));
  addGateAddress(probe)
    .addOption(
      new Option('--max-wait <duration>', 'longest wait for the gate to take the report')
        .argParser(parseWait)
        .default(parseWait('2m'), '2m'),
    )
    .option('--json', 'print the report as JSON')
    .action(probeAction);
}

async function probeAction(flags: Flags): Promise<void> {
  const target = targetOf(flags);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  const surroundings = { clock: systemClock, aborted: stop.signal };
  const report = await probeCluster(planOf(flags), surroundings);
  const { end, text } = await reportProbe(target, report, surroundings);
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  process.stdout.write(flags.json ? `${JSON.stringify({ end, text, report })}\n` : `${text}\n`);
  throw new CommandEnd(EXIT_CODES[end]);
}

function targetOf({ run, app, cluster, digest, gateUrl, name, tokenFile, maxWait }: Flags): ProbeTarget {
  const token = async () => (tokenFile === undefined ? undefined : readBearerFile(tokenFile, '--token-file'));
  const common = { gateUrl, name, token, maxWaitMs: maxWait };
  if (run !== undefined) return { ...common, run: { id: run } };
  if (app === undefined || cluster === undefined || digest === undefined) {
    throw new InputError(
      'input/missing',
      'which run is probed? give --run, or --app, --cluster and --digest (the revision where the change has no digest)',
    );
  }
  return { ...common, run: { app, cluster, digest } };
}

function planOf({ lookup, resolver, api, apiCa, apiTokenFile, tries }: Flags): ProbePlan {
  const read = async (file: string) => (existsSync(file) ? await readFile(file, 'utf8') : undefined);
  return {
    lookups: lookup,
    ...(resolver !== undefined && { resolver }),
    ...(api !== false && {
      api: { url: api, ca: () => read(apiCa), token: async () => (await read(apiTokenFile))?.trim() },
    }),
    tries,
  };
}

function parseTries(text: string): number {
  const tries = Number(text);
  if (Number.isInteger(tries) && tries >= 1 && tries <= 20) return tries;
  throw new InvalidArgumentError('write a whole number from 1 to 20.');
}
