import { expect, test } from 'vitest';
import { startAlertmanager } from './alertmanager.ts';
import { MetricsPage } from './metrics-page.ts';
import { startPrometheus } from './prometheus.ts';
import { TempDir } from './temp-dir.ts';
import { describeWith } from './tool.ts';
import { type Delivery, WebhookReceiver } from './webhook-receiver.ts';

const rules = 'groups: [{name: g, rules: [{alert: Bad, expr: level > 5, labels: {severity: critical}}]}]\n';

const isStatus = (status: string) => (delivery: Delivery) =>
  typeof delivery.body === 'object' &&
  delivery.body !== null &&
  'status' in delivery.body &&
  delivery.body.status === status;

describeWith(['alertmanager', 'prometheus'], 'Alertmanager for tests', () => {
  test('delivers an alert of Prometheus to a webhook, firing and then resolved', async () => {
    using dir = new TempDir();
    await using page = await MetricsPage.start('level{cluster="prod-1"} 9\n');
    await using receiver = await WebhookReceiver.start();
    await using alertmanager = await startAlertmanager({
      webhook: receiver.url,
      bearer: 'a-token-for-tests',
    });
    await using _prometheus = await startPrometheus({
      rules: [dir.write('rules.yml', rules)],
      scrape: [{ job: 'synthetic', targets: [{ address: page.address }] }],
      alertmanager: alertmanager.address,
    });

    const firing = await receiver.delivery(isStatus('firing'));
    expect(firing.headers.authorization).toBe('Bearer a-token-for-tests');
    expect(firing.body).toMatchObject({
      version: '4',
      alerts: [{ labels: { alertname: 'Bad', cluster: 'prod-1', severity: 'critical' } }],
    });
    page.text = 'level{cluster="prod-1"} 1\n';
    const resolved = await receiver.delivery(isStatus('resolved'));
    expect(resolved.body).toMatchObject({ groupLabels: { alertname: 'Bad', cluster: 'prod-1' } });
  });
});
