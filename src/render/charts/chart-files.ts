import type { Bundle } from '../../catalogue/bundle.ts';
import { alertmanagerRoute } from '../alertmanager/render-route.ts';
import { GENERATED, type RenderedFile } from '../file.ts';
import { toYaml } from '../prometheus/render-rules.ts';
import { alertmanagerConfigSpecs } from './alertmanager-config.ts';

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
  const routes = Object.entries(alertmanagerConfigSpecs(alertmanagerRoute(bundle))).map(([name, spec]) => ({
    path: `${CHART}/alertmanager/${name}.yaml`,
    content: `# ${GENERATED}\n${toYaml(spec)}`,
  }));
  return [...copies, ...routes];
}
