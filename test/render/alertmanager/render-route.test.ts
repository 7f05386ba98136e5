import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { defineBundle } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import { WATCHDOG } from '../../../src/domain/watchdog.ts';
import { renderAlertmanager } from '../../../src/render/alertmanager/render-route.ts';
import { GOOD_CONFIG, problemsOf } from '../../config/config-text.ts';

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

test('the watchdog reaches the gate every minute and a half at most, and nobody else', () => {
  const { route } = config;
  const own = route.routes.find(({ matchers }: { matchers: string[] }) => matchers[0]?.includes(WATCHDOG));

  expect(own).toMatchObject({ receiver: 'tidegate', group_interval: '30s', repeat_interval: '1m' });
  expect(own.continue).toBeUndefined();
});

test('the webhook sends the token of the file that the configuration names', () => {
  const tokenFile = '/etc/alertmanager/tidegate-token';
  const named = renderAlertmanager(defineBundle(CATALOGUE, { urls, alertmanager: { tokenFile } })).content;

  expect(parse(named).receivers[1].webhook_configs[0]).toMatchObject({
    http_config: { authorization: { credentials_file: tokenFile } },
  });
  expect(named).not.toContain('Name its file');
});

test('without one it tells how it is named, in words that the configuration takes', () => {
  const [, told = ''] = /^# {3}(bundle: .*)$/m.exec(content) ?? [];

  expect(problemsOf(`${GOOD_CONFIG}\n${told}`)).toEqual([]);
});
