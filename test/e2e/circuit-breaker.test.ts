import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { bundleOf } from '../../src/cli/bundle.ts';
import { startGate } from '../../src/cli/compose-gate.ts';
import { looksInWorker } from '../../src/cli/looks/look-in-worker.ts';
import { prometheusSource } from '../../src/cli/prometheus-source.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { renderAlertmanager } from '../../src/render/alertmanager/render-route.ts';
import { renderRules } from '../../src/render/prometheus/render-rules.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { call } from '../http/start-app.ts';
import { startAlertmanager } from '../support/alertmanager.ts';
import { freePort, portOf } from '../support/free-port.ts';
import { MetricsPage } from '../support/metrics-page.ts';
import { backfill, startPrometheus } from '../support/prometheus.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import { waitFor } from '../support/wait-for.ts';

const CLUSTERS = ['prod-1', 'prod-2'];
const SECRETS = { person: 'alice-token', webhook: 'alertmanager-token' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A way from Alertmanager to the gate that notes when each webhook left. */
class Way implements AsyncDisposable {
  readonly sent: { readonly at: number; readonly body: string; readonly status: number }[] = [];
  readonly #server: Server;

  constructor(gateUrl: () => string) {
    this.#server = createServer(async (request, response) => {
      const at = Date.now();
      const body = await buffer(request);
      const { authorization = '' } = request.headers;
      const headers = { 'content-type': 'application/json', authorization };
      const answer = await fetch(`${gateUrl()}${request.url}`, { method: 'POST', headers, body });
      this.sent.push({ at, body: body.toString(), status: answer.status });
      response.writeHead(answer.status).end(await answer.text());
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  /** When the first webhook about a cluster left. */
  firstAbout(cluster: string): number | undefined {
    return this.sent.find(({ body }) => body.includes(`"cluster":"${cluster}"`))?.at;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

const replicas = (of: Readonly<Record<string, number>>) =>
  `# TYPE kube_deployment_status_replicas_available gauge\n${Object.entries(of)
    .map(
      ([cluster, count]) =>
        `kube_deployment_status_replicas_available{cluster="${cluster}",namespace="kube-system",deployment="coredns"} ${count}\n`,
    )
    .join('')}`;

/** Twenty minutes of recorded replicas up to now, as the rules would have written them. */
function history(now: number): string {
  const lines = CLUSTERS.flatMap((cluster) =>
    Array.from({ length: 40 }, (_, at) => {
      const seconds = Math.floor(now / 1000) - (40 - at) * 30 - 5;
      return `tidegate:signal_value{cluster="${cluster}",signal="dns-replicas"} 2 ${seconds}`;
    }),
  );
  return `# TYPE tidegate:signal_value gauge\n${lines.join('\n')}\n# EOF\n`;
}

describeWith(
  ['prometheus', 'promtool', 'alertmanager'],
  'the circuit breaker, with a real Alertmanager',
  () => {
    test('an alert is answered as a halt within a second of its webhook; forged ones halt nothing', async () => {
      using dir = new TempDir();
      const listen = `127.0.0.1:${await freePort()}`;
      const gateUrl = `http://${listen}`;
      await using way = new Way(() => gateUrl);
      const tokenFile = dir.write('token', SECRETS.webhook);
      await using page = await MetricsPage.start(replicas({ 'prod-1': 2, 'prod-2': 2 }));
      using blocks = await backfill({ text: history(Date.now()) });
      const config = parseConfig(
        stringify({
          gate: { listen, store: { sqlite: 'ledger.sqlite' } },
          identity: {
            tokens: [
              // A person can ask, too.
              { name: 'alice', kind: 'person', sha256: sha256(SECRETS.person) },
              { name: 'alertmanager', kind: 'webhook', sha256: sha256(SECRETS.webhook) },
            ],
          },
          sources: [{ name: 'main', kind: 'prometheus', url: 'http://127.0.0.1:9', settleDelay: '5s' }],
          fleet: {
            clusters: CLUSTERS.map((name) => ({
              name,
              wave: 'all',
              class: 'c',
              region: 'r',
              source: 'main',
            })),
          },
          waves: [{ name: 'all', policy: 'standard' }],
          apps: [{ name: 'bom', components: ['dns'] }],
          bundle: {
            leaveOut: CATALOGUE.map(({ id }) => id).filter(
              (id) => !/^(dns-replicas|gate-watchdog)$/.test(id),
            ),
            for: { CoreDnsReplicasLow: '1s' },
            urls: { runbooks: `${await way.start()}/runbooks` },
            alertmanager: { tokenFile },
          },
        }),
        { source: 'test', folder: dir.path, environment: { logLevel: 'error' } },
      );
      const bundle = bundleOf(config);
      const route = parse(renderAlertmanager(bundle).content);
      await using alertmanager = await startAlertmanager({ config: stringify(route) });
      const rules = renderRules(bundle).map(({ path, content }) =>
        // The rules as rendered, evaluated every second and not every minute.
        dir.write(path.replaceAll('/', '-'), content.replaceAll('interval: 1m', 'interval: 1s')),
      );
      await using prometheus = await startPrometheus({
        rules,
        blocks: blocks.path,
        scrape: [
          { job: 'kube-state-metrics', targets: [{ address: page.address }] },
          { job: 'tidegate', targets: [{ address: listen, labels: { cluster: 'mgmt' } }] },
        ],
        alertmanager: alertmanager.address,
      });
      const lines: string[] = [];
      const gate = await startGate({
        config: { ...config, sources: config.sources.map((source) => ({ ...source, url: prometheus.url })) },
        bundle,
        clock: systemClock,
        log: createLog('warn', { write: (line) => void lines.push(line) }),
        createSource: prometheusSource,
        looks: looksInWorker('error'),
      });
      const headers = { authorization: `Bearer ${SECRETS.person}` };
      const ask = (cluster: string, query = '') =>
        call(`${gateUrl}/v1/verdicts${query}`, {
          json: { app: 'bom', cluster, revision: 'r1', phase: 'PostSync' },
          headers,
        });
      const push = (token: string | undefined, cluster: string) =>
        call(`${gateUrl}/v1/webhooks/alertmanager`, {
          json: { alerts: [{ labels: { alertname: 'CoreDnsReplicasLow', cluster } }] },
          ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
        });
      const looks = async () => {
        const { text } = await call(`${gateUrl}/metrics`, { headers });
        return Number(/^tidegate_looks_total\{outcome="completed"\} (\d+)/m.exec(text)?.[1] ?? 0);
      };
      try {
        for (const cluster of CLUSTERS) {
          await waitFor(`${cluster} is watched`, async () => {
            const { body } = await ask(cluster);
            return body?.['state'] === 'settling' || body?.['state'] === 'soaking';
          });
        }

        // Nobody without the right token makes the gate look, and who has it can't make it believe anything.
        expect((await push(undefined, 'prod-1')).status).toBe(401);
        expect((await push('guessed', 'prod-1')).status).toBe(401);
        expect((await push(SECRETS.person, 'prod-1')).status).toBe(403);
        const before = await looks();
        const started = performance.now();
        for (let n = 0; n < 200; n += 1) expect((await push(SECRETS.webhook, 'prod-1')).status).toBe(202);
        // One extra look a second, and the regular ones.
        const seconds = (performance.now() - started) / 1000;
        expect((await looks()) - before).toBeLessThanOrEqual(seconds + seconds / 15 + 3);
        expect((await ask('prod-1')).body).toMatchObject({ verdict: 'hold' });

        const verdict = ask('prod-1', '?wait=60').then((answer) => ({ ...answer, at: Date.now() }));
        page.text = replicas({ 'prod-1': 1, 'prod-2': 2 });
        const { body, at } = await verdict;

        expect(body).toMatchObject({ verdict: 'halt', cluster: 'prod-1' });
        expect(JSON.stringify(body)).toContain('CoreDnsReplicasLow');
        const sentAt = way.firstAbout('prod-1');
        expect(at - (sentAt ?? 0)).toBeLessThanOrEqual(1_000);
        expect((await ask('prod-2')).body).toMatchObject({ verdict: 'hold' });

        await waitFor('the watchdog arrives', async () =>
          (await call(`${gateUrl}/metrics`, { headers })).text.includes(
            'tidegate_watchdogs_received_total{alertname="GateWatchdog"} ',
          ),
        );

        page.text = replicas({ 'prod-1': 2, 'prod-2': 2 });
        await waitFor(
          'it resolves',
          () => way.sent.some(({ body: text }) => text.includes('"status":"resolved"')),
          {
            timeoutMs: 20_000,
          },
        );
        // Resolved is no go.
        expect((await ask('prod-1')).body).toMatchObject({ verdict: 'halt' });
        expect(way.sent.every(({ status }) => status === 202)).toBe(true);
      } finally {
        await gate.stop();
      }
      expect(lines.join('')).not.toMatch(/alertmanager-token|alice-token/);
    }, 90_000);
  },
);
