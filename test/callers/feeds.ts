import { parse } from 'yaml';
import { type Contract, type Example, headersOf, objectOf, pathOf } from './contract.ts';

interface ConfigMap {
  readonly data: Readonly<Record<string, string>>;
}

interface Service {
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

interface Template {
  readonly webhook: {
    readonly tidegate: { readonly method: string; readonly path: string; readonly body: string };
  };
}

/**
 * A webhook service of Argo CD's notifications: 2xx is delivered, anything else is tried again.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/
 */
export const argocdNotifications: Contract = {
  sends(example) {
    const { url, headers } = part<Service>(example, 'service.webhook.tidegate');
    const { method, path, body } = part<Template>(example, 'template.tidegate-deployed').webhook.tidegate;
    return { method, path: pathOf(`${url}${path}`), headers: headersOf(headers), body };
  },
  makesOf: (_example, got) => (isDelivered(got?.status) ? 'delivered' : 'tried again'),
};

/**
 * Alertmanager's webhook, version 4: 2xx is delivered, 5xx and silence are tried again, anything else is dropped.
 *
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const alertmanager: Contract = {
  sends: () => ({
    method: 'POST',
    path: '/v1/webhooks/alertmanager',
    headers: { 'content-type': 'application/json', authorization: 'Bearer WEBHOOK_TOKEN' },
    body: JSON.stringify(NOTIFICATION),
  }),
  makesOf(_example, got) {
    if (isDelivered(got?.status)) return 'delivered';
    return got === undefined || got.status >= 500 ? 'tried again' : 'dropped';
  },
};

/** As Alertmanager sends it, with what newer versions add. */
const NOTIFICATION = {
  version: '4',
  groupKey: '{}:{alertname="CoreDnsPanics"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'gate',
  groupLabels: {},
  commonLabels: { alertname: 'CoreDnsPanics' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  notification_reason: 'new alert',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'CoreDnsPanics', cluster: 'CLUSTER' },
      annotations: {},
      startsAt: '2026-11-23T10:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph',
      fingerprint: 'c58d5e6f1a2b3c4d',
    },
  ],
};

function part<T>(example: Example, key: string): T {
  return parse(objectOf<ConfigMap>(example, 'ConfigMap').data[key] ?? '') as T;
}

function isDelivered(status = 0): boolean {
  return status >= 200 && status <= 299;
}
