import type { Bundle } from '../../catalogue/bundle.ts';
import { WATCHDOG } from '../../domain/watchdog.ts';
import { GENERATED, type RenderedFile } from '../file.ts';
import { toYaml } from '../prometheus/render-rules.ts';

/** What the file can't hold: the reader's own receivers. */
const HOW_TO_MERGE = `# Merge it into your Alertmanager's configuration; "default" stands for your own receiver, and your own routes go before
# the last one, which is for what no route has sent to people: Alertmanager's root gets only what no route matched at all.
`;

const HOW_TO_AUTHORIZE = `# A gate with tokens refuses the webhook without one (kind webhook). Name its file in tidegate.yaml and render again:
#   bundle: {alertmanager: {tokenFile: /etc/alertmanager/tidegate-token}}
`;

/** What a webhook to the gate can wait for: nothing. */
const AT_ONCE = { group_wait: '0s', group_interval: '1s' };

/** The gate's route, receiver and inhibitions, in Alertmanager's own words. */
export type AlertmanagerRoute = ReturnType<typeof alertmanagerRoute>;

/**
 * What Alertmanager needs for tidegate: a route to the gate that waits for nothing, and inhibitions that never reach
 * over the border of a cluster. The route comes first and continues, and the last one is for everything, so people are
 * paged as before: the root is passed by as soon as any route has matched.
 */
export function alertmanagerRoute({ parameters: { urls, alertmanager } }: Bundle) {
  const gate = new URL('/v1/webhooks/alertmanager', urls.runbooks).href;
  const { tokenFile } = alertmanager;
  const authorization = tokenFile && { http_config: { authorization: { credentials_file: tokenFile } } };
  return {
    route: {
      receiver: 'default',
      group_by: ['cluster', 'alertname'],
      routes: [
        {
          receiver: 'tidegate',
          matchers: ['gate="halt"'],
          // The gate looks at once when an alert that can halt arrives; waiting to collect a group costs the wave.
          ...AT_ONCE,
          repeat_interval: '1h',
          continue: true,
        },
        {
          receiver: 'tidegate',
          matchers: [`alertname="${WATCHDOG}"`],
          group_wait: '0s',
          // Half of the time in which it is sent again: a repetition waits for the next interval.
          group_interval: '30s',
          repeat_interval: '1m',
        },
        { receiver: 'default' },
      ] as const,
    },
    receivers: [
      { name: 'default' },
      {
        name: 'tidegate',
        webhook_configs: [{ url: gate, send_resolved: true, max_alerts: 100, ...authorization }],
      },
    ],
    inhibit_rules: [
      {
        source_matchers: ['alertname="ClusterTelemetryAbsent"'],
        target_matchers: ['alertname!="ClusterTelemetryAbsent"', 'signal!=""'],
        equal: ['cluster'],
      },
      {
        source_matchers: ['severity="critical"'],
        target_matchers: ['severity=~"warning|info"'],
        equal: ['cluster', 'signal'],
      },
    ],
  };
}

/** The route as a file, to be merged into an Alertmanager configuration. */
export function renderAlertmanager(bundle: Bundle): RenderedFile {
  const { tokenFile } = bundle.parameters.alertmanager;
  return {
    path: 'alerts/alertmanager/tidegate.yaml',
    content: `# ${GENERATED}\n${HOW_TO_MERGE}${tokenFile ? '' : HOW_TO_AUTHORIZE}${toYaml(alertmanagerRoute(bundle))}`,
  };
}
