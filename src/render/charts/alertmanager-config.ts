import type { AlertmanagerRoute } from '../alertmanager/render-route.ts';

/** Takes what no route wants; in a tree of routes each one needs a receiver. */
const NOBODY = 'nobody';

/**
 * The gate's route as the spec of an AlertmanagerConfig (v1beta1) of the Prometheus operator.
 *
 * The operator hangs it under its own root and lets alerts go on to other routes, so what does not match goes to
 * nobody here and to people there.
 */
export function alertmanagerConfigSpec({ route, receivers, inhibit_rules }: AlertmanagerRoute) {
  return {
    route: {
      receiver: NOBODY,
      groupBy: route.group_by,
      routes: route.routes.map(({ group_wait, group_interval, repeat_interval, matchers, ...same }) => ({
        ...same,
        matchers: matchers.map(matcher),
        groupWait: group_wait,
        groupInterval: group_interval,
        repeatInterval: repeat_interval,
      })),
    },
    receivers: [
      { name: NOBODY },
      ...receivers.flatMap(({ name, webhook_configs }) =>
        webhook_configs === undefined
          ? []
          : [
              {
                name,
                webhookConfigs: webhook_configs.map(({ url, send_resolved, max_alerts }) => ({
                  url,
                  sendResolved: send_resolved,
                  maxAlerts: max_alerts,
                })),
              },
            ],
      ),
    ],
    inhibitRules: inhibit_rules.map(({ source_matchers, target_matchers, equal }) => ({
      sourceMatch: source_matchers.map(matcher),
      targetMatch: target_matchers.map(matcher),
      equal,
    })),
  };
}

/** `gate="halt"` in the three parts that the operator wants. */
function matcher(text: string) {
  const { name, matchType, value } =
    /^(?<name>\w+)(?<matchType>=~|!~|!=|=)"(?<value>.*)"$/.exec(text)?.groups ?? {};
  return { name, matchType, value };
}
