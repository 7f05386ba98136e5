import type { Bundle } from '../../catalogue/bundle.ts';
import { alertmanagerRoute } from '../alertmanager/render-route.ts';
import { GENERATED, type RenderedFile } from '../file.ts';
import { toYaml } from '../prometheus/render-rules.ts';
import { alertmanagerConfigSpec } from './alertmanager-config.ts';

/** Where the gate's chart keeps what is rendered; Helm reads nothing outside of a chart. */
const CHART = 'charts/tidegate';

const COPIES: readonly (readonly [from: string, to: string])[] = [
  ['alerts/prometheus/', `${CHART}/rules/`],
  ['dashboards/', `${CHART}/dashboards/`],
];

/**
 * What the gate's chart holds of a bundle: its rules and boards, word by word, and its Alertmanager route in the
 * Prometheus operator's words.
 *
 * @param files what was rendered from the bundle
 */
export function chartFiles(files: readonly RenderedFile[], bundle: Bundle): readonly RenderedFile[] {
  const copies = COPIES.flatMap(([from, to]) =>
    files
      .filter(({ path }) => path.startsWith(from))
      .map(({ path, content }) => ({ path: to + path.slice(from.length), content })),
  );
  const route = alertmanagerConfigSpec(alertmanagerRoute(bundle));
  return [
    ...copies,
    { path: `${CHART}/alertmanager/route.yaml`, content: `# ${GENERATED}\n${toYaml(route)}` },
  ];
}
