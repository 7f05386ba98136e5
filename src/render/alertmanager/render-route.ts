import type { Bundle } from '../../catalogue/bundle.ts';
import { GENERATED, type RenderedFile } from '../file.ts';
import { toYaml } from '../prometheus/render-rules.ts';

/** What the file can't hold: the reader's own receivers, and where the token of the gate lies. */
const HOW_TO_MERGE = `# Merge it into your Alertmanager's configuration; "default" stands for your own receiver.
# A gate with a token refuses the webhook without it; add to the webhook, with the path of a file that holds the token:
#   http_config: {authorization: {credentials_file: /etc/alertmanager/tidegate-token}}
`;

/**
 * The part of an Alertmanager configuration that tidegate needs: a route to the gate that waits for nothing, and
 * inhibitions that never reach over the border of a cluster. The route comes first and continues, so people are
 * paged as before.
 */
export function renderAlertmanager(bundle: Bundle): RenderedFile {
  const gate = new URL('/v1/webhooks/alertmanager', bundle.parameters.urls.runbooks).href;
  const config = {
    route: {
      receiver: 'default',
      group_by: ['cluster', 'alertname'],
      routes: [
        {
          receiver: 'tidegate',
          matchers: ['gate="halt"'],
          // The gate looks at once when an alert that can halt arrives; waiting to collect a group costs the wave.
          group_wait: '0s',
          group_interval: '1s',
          repeat_interval: '1h',
          continue: true,
        },
      ],
    },
    receivers: [
      { name: 'default' },
      { name: 'tidegate', webhook_configs: [{ url: gate, send_resolved: true, max_alerts: 100 }] },
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
  return {
    path: 'alerts/alertmanager/tidegate.yaml',
    content: `# ${GENERATED}\n${HOW_TO_MERGE}${toYaml(config)}`,
  };
}
