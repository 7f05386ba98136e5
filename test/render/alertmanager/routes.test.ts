import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { defineBundle } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import { WATCHDOG } from '../../../src/domain/watchdog.ts';
import { alertmanagerRoute, renderAlertmanager } from '../../../src/render/alertmanager/render-route.ts';
import { alertmanagerConfigSpecs } from '../../../src/render/charts/alertmanager-config.ts';
import { runCommand } from '../../../tools/run-command.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { describeWith, toolPath } from '../../support/tool.ts';

const bundle = defineBundle(CATALOGUE);

/** Who gets an alert with these labels, in Alertmanager's own opinion. */
async function receiversOf(config: string, labels: readonly string[]): Promise<string> {
  using dir = new TempDir();
  const file = dir.write('alertmanager.yaml', config);
  const args = ['config', 'routes', 'test', `--config.file=${file}`, ...labels];
  const { code, stdout, stderr } = await runCommand(toolPath('amtool'), args);
  if (code !== 0) throw new Error(`amtool could not test the routes: ${stderr}`);
  return stdout.trim();
}

const specs = alertmanagerConfigSpecs(alertmanagerRoute(bundle));

/** What the Prometheus operator makes of the resources, beside a main configuration that ends in a route to people. */
const byOperator = stringify({
  route: {
    receiver: 'root',
    routes: [
      ...Object.values(specs).map(({ route }) => ({
        receiver: route.receiver,
        matchers: route.matchers.map(({ name, matchType, value }) => `${name}${matchType}"${value}"`),
        continue: true,
      })),
      { receiver: 'default' },
    ],
  },
  receivers: [{ name: 'root' }, { name: 'default' }, { name: 'tidegate' }],
});

describeWith(['amtool'], 'Alertmanager', () => {
  test.each([
    { what: 'an alert that halts', labels: ['alertname=A', 'gate=halt'], to: 'tidegate,default' },
    { what: 'an alert that holds', labels: ['alertname=A', 'gate=hold'], to: 'default' },
    { what: 'an alert of somebody else', labels: ['alertname=B'], to: 'default' },
    { what: 'the watchdog', labels: [`alertname=${WATCHDOG}`], to: 'tidegate' },
  ])('sends $what to $to', async ({ labels, to }) => {
    expect(await receiversOf(renderAlertmanager(bundle).content, labels)).toBe(to);
  });

  test.each([
    { what: 'an alert that halts', labels: ['alertname=A', 'gate=halt'], to: 'tidegate,default' },
    { what: 'an alert that holds', labels: ['alertname=A', 'gate=hold'], to: 'default' },
    { what: 'the watchdog', labels: [`alertname=${WATCHDOG}`], to: 'tidegate,default' },
  ])('sends $what to $to by the operator’s resources', async ({ labels, to }) => {
    expect(await receiversOf(byOperator, labels)).toBe(to);
  });

  test('hears of inhibitions and waits the same both ways', () => {
    const { route, inhibit_rules } = parse(renderAlertmanager(bundle).content);
    expect(specs.halting.inhibitRules).toHaveLength(inhibit_rules.length);
    expect([specs.halting.route.groupWait, specs.watchdog.route.groupInterval]).toEqual([
      route.routes[0].group_wait,
      route.routes[1].group_interval,
    ]);
  });
});
