import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { defineBundle } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import { renderAlertmanager } from '../../../src/render/alertmanager/render-route.ts';

const urls = { runbooks: 'https://gate.example.com/runbooks' };
const { content } = renderAlertmanager(defineBundle(CATALOGUE, { urls }));
const config = parse(content);

test('alerts that can halt reach the gate at once, and go on to the people they page', () => {
  const [route] = config.route.routes;

  expect(route).toMatchObject({ matchers: ['gate="halt"'], group_wait: '0s', continue: true });
  expect(config.receivers.find(({ name }: { name: string }) => name === route.receiver)).toMatchObject({
    webhook_configs: [{ url: 'https://gate.example.com/v1/webhooks/alertmanager' }],
  });
});

test('no alert of a cluster silences one of another', () => {
  for (const rule of config.inhibit_rules) expect(rule.equal).toContain('cluster');
});

test('it tells how a gate with a token is reached, in words that Alertmanager takes', () => {
  const [, told = ''] = /^# {3}(http_config: .*)$/m.exec(content) ?? [];

  expect(parse(told)).toEqual({
    http_config: { authorization: { credentials_file: expect.stringMatching(/^\/.+/) } },
  });
});
