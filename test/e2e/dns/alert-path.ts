import { milliseconds } from '../../../src/domain/duration.ts';
import type { Prometheus } from '../../support/prometheus.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { ClusterPlan } from './clusters.ts';
import type { Monitoring } from './monitoring.ts';
import type { AlertOutcome, GateMetricsOutcome } from './outcome.ts';
import { SCRAPE_INTERVAL, type Timing } from './timing.ts';

/** A moment and what ends all waits. */
interface Since {
  readonly syncedAt: number;
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

const WEBHOOKS = 'sum(tidegate_http_requests_total{route="/v1/webhooks/alertmanager", status=~"2.."})';

/** Follows the alert of a cluster's harm: until Prometheus fires it and Alertmanager has it for the gate. */
export async function followAlert(
  { prometheus, alertmanager }: Monitoring,
  plan: ClusterPlan,
  { syncedAt, timing, signal }: Since,
): Promise<AlertOutcome | undefined> {
  if (plan.harm === undefined) return undefined;
  const found = { alert: plan.harm.alert, cluster: plan.name };
  const firing = `ALERTS{alertname="${found.alert}", cluster="${found.cluster}", alertstate="firing"}`;
  const timeoutMs = milliseconds(timing.alertWithin);
  const isFiring = async () => (await prometheus.query(firing)).length > 0;
  if (!(await inTime(isFiring, `${found.alert} fires`, { timeoutMs, everyMs: 1_000, signal }))) {
    return { ...found, isRouted: false };
  }
  const firedAfterSeconds = (Date.now() - syncedAt) / 1000;
  const filter = [`alertname="${found.alert}"`, `cluster="${found.cluster}"`].map(
    (matcher) => `&filter=${encodeURIComponent(matcher)}`,
  );
  const address = `${alertmanager.url}/api/v2/alerts?receiver=tidegate${filter.join('')}`;
  const isThere = async () => ((await (await fetch(address)).json()) as unknown[]).length > 0;
  const options = { timeoutMs: 20_000, everyMs: 500, signal };
  const isRouted = await inTime(isThere, 'Alertmanager has it for the gate', options);
  return { ...found, firedAfterSeconds, isRouted };
}

/** How many webhooks the gate has accepted so far, as scraped. */
export async function webhooksSoFar(prometheus: Prometheus): Promise<number> {
  return (await prometheus.query(WEBHOOKS))[0]?.value ?? 0;
}

/** What Prometheus has scraped of the gate, at the latest two scrapes after so many webhooks were delivered. */
export async function readGateMetrics(
  { prometheus, alertmanager }: Monitoring,
  { webhooksBefore, expected, signal }: { webhooksBefore: number; expected: number; signal: AbortSignal },
): Promise<GateMetricsOutcome> {
  const timeoutMs = 2 * milliseconds(SCRAPE_INTERVAL) + 5_000;
  const hasAll = async () => (await webhooksSoFar(prometheus)) - webhooksBefore >= expected;
  await inTime(hasAll, 'the gate has its webhooks', { timeoutMs, everyMs: 500, signal });
  const [up, verdicts, webhooks] = await Promise.all([
    prometheus.query('up{job="tidegate"}'),
    prometheus.query('sum(tidegate_verdicts_total)'),
    webhooksSoFar(prometheus),
  ]);
  return {
    webhooks: webhooks - webhooksBefore,
    failedWebhooks: await failedWebhooks(alertmanager.url),
    isScraped: up[0]?.value === 1,
    verdicts: verdicts[0]?.value ?? 0,
  };
}

async function failedWebhooks(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return page
    .split('\n')
    .filter((line) => /^alertmanager_notifications_failed_total\{.*integration="webhook"/.test(line))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Whether something came true in time; an abort is thrown. */
async function inTime(
  probe: () => Promise<boolean>,
  what: string,
  options: { readonly timeoutMs: number; readonly everyMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  try {
    return await waitFor(what, probe, options);
  } catch (error) {
    options.signal.throwIfAborted();
    // Too late is a result here, and told as a problem with everything else; a server that is gone is not.
    if (error instanceof Error && error.cause === undefined) return false;
    throw error;
  }
}
