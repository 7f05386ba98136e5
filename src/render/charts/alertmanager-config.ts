import type { AlertmanagerRoute } from '../alertmanager/render-route.ts';

/**
 * The gate's routes as specs of AlertmanagerConfigs (v1beta1) of the Prometheus operator, by what they are for: one a
 * route, since each has a single root, and a root that matches more than it wants takes alerts away from the root of all.
 */
export function alertmanagerConfigSpecs({ route, receivers, inhibit_rules }: AlertmanagerRoute) {
  const [halting, watchdog] = route.routes;
  const receiver = receivers.flatMap(({ name, webhook_configs }) =>
    webhook_configs === undefined ? [] : [{ name, webhookConfigs: webhook_configs.map(webhook) }],
  );
  const inhibitRules = inhibit_rules.map(({ source_matchers, target_matchers, equal }) => ({
    sourceMatch: source_matchers.map(matcher),
    targetMatch: target_matchers.map(matcher),
    equal,
  }));
  return {
    halting: { route: rootOf(halting, route.group_by), receivers: receiver, inhibitRules },
    watchdog: { route: rootOf(watchdog, route.group_by), receivers: receiver },
  };
}

type Route = AlertmanagerRoute['route']['routes'][0] | AlertmanagerRoute['route']['routes'][1];

/** The operator lets an alert go on from each of its roots, so `continue` has no place here. */
function rootOf(route: Route, groupBy: readonly string[]) {
  return {
    receiver: route.receiver,
    matchers: route.matchers.map(matcher),
    groupBy,
    groupWait: route.group_wait,
    groupInterval: route.group_interval,
    repeatInterval: route.repeat_interval,
  };
}

interface Webhook {
  readonly url: string;
  readonly send_resolved: boolean;
  readonly max_alerts: number;
}

function webhook({ url, send_resolved, max_alerts }: Webhook) {
  return { url, sendResolved: send_resolved, maxAlerts: max_alerts };
}

/** `gate="halt"` in the three parts that the operator wants. */
function matcher(text: string) {
  const { name, matchType, value } =
    /^(?<name>\w+)(?<matchType>=~|!~|!=|=)"(?<value>.*)"$/.exec(text)?.groups ?? {};
  return { name, matchType, value };
}
