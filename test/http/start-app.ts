import type { Express } from 'express';
import type { Runbook } from '../../src/domain/runbook.ts';
import { type AppParts, createApp } from '../../src/http/app.ts';
import { type Listening, listen } from '../../src/http/server.ts';
import { createIdentity } from '../../src/identity/identity.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import { FakeGate } from './fake-gate.ts';

/** When it is in these tests. */
export const NOW = Date.UTC(2026, 10, 23, 12, 30);

const runbook: Runbook = {
  alert: 'CoreDnsLatencyHigh',
  steps: [
    {
      id: 'pods',
      title: 'Are the pods running?',
      effect: 'none',
      run: 'kubectl --context "$CLUSTER" -n "$NAMESPACE" get pods',
      expect: 'Every pod is Running.',
    },
  ],
  body: `
# CoreDnsLatencyHigh

Names resolve <script>alert(1)</script> slowly.

<!-- definition:begin -->

| | |
| --- | --- |
| **Severity** | warning |

<details><summary>Expression</summary>

\`\`\`promql
tidegate:signal_events:increase1m > 1
\`\`\`

</details>

<!-- definition:end -->

## Meaning

See [CoreDnsPanics](CoreDnsPanics.md), [the board](http://grafana/d/x?var-cluster=$CLUSTER), [not](javascript:alert(2)).

### 1. Are the pods running?

\`\`\`sh
kubectl --context "$CLUSTER" -n "$NAMESPACE" get pods
\`\`\`
`,
};

/** An application that answers on a free port of 127.0.0.1, and what its parts were told. */
export interface TestApp extends AsyncDisposable, Listening {
  readonly app: Express;
  readonly gate: FakeGate;
  readonly metrics: Metrics;
  /** Lines of the log. */
  readonly lines: string[];
}

/** Starts the application over a fake gate; parts can be replaced. */
export async function startApp(parts: Partial<AppParts> = {}): Promise<TestApp> {
  const gate = new FakeGate();
  const metrics = createMetrics({ version: '0.0.0-test' });
  const lines: string[] = [];
  const publicUrl = 'http://127.0.0.1';
  const app = createApp({
    gate,
    identify: createIdentity({ readers: 'identified', publicUrl, now: () => 0 }),
    cluster: (name) => (name === 'prod-1' ? PROD_1 : undefined),
    clusters: () => [PROD_1],
    waves: () => ['prod'],
    app: () => undefined,
    runbooks: new Map([[runbook.alert, runbook]]),
    catalogue: [],
    boards: (cluster) => [{ title: 'CoreDNS', url: `http://grafana/d/dns?var-cluster=${cluster}` }],
    liveValues: async () => ({
      is: 'values',
      title: 'Slow DNS requests',
      rows: [{ label: 'slower than 1 s', value: '3.1 %', limit: '1 %', minute: NOW - 60_000 }],
    }),
    readiness: {
      storeWritable: async () => undefined,
      lastLookAt: () => NOW - 20_000,
      maxLookAgeMs: 60_000,
      sources: async () => [{ name: 'fleet', reachable: true, skewMs: 12 }],
    },
    metrics,
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    now: () => NOW,
    version: '0.0.0-test',
    publicUrl,
    ...parts,
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    ...listening,
    app,
    gate,
    metrics,
    lines,
    [Symbol.asyncDispose]: () => listening.stop(),
  };
}

const PROD_1 = {
  name: 'prod-1',
  wave: 'prod',
  class: 'large',
  region: 'eu-west-1',
  source: 'fleet',
  labels: { tier: 'live' },
  links: { argocd: 'https://argocd/applications/bom-prod-1' },
};

/** An answer with its body taken apart. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the body is not JSON. */
  readonly body: Record<string, unknown> | undefined;
}

/** Sends JSON, or text as it is, and reads the answer. */
export async function call(
  url: string,
  { json, ...init }: RequestInit & { readonly json?: unknown } = {},
): Promise<Answered> {
  const response = await fetch(url, {
    redirect: 'manual',
    ...init,
    ...(json !== undefined && {
      method: init.method ?? 'POST',
      body: JSON.stringify(json),
      headers: { 'content-type': 'application/json', ...init.headers },
    }),
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined,
  };
}
