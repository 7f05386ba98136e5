import { type Bundle, defineBundle } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import { renderBoards } from '../../../src/render/grafana/render-boards.ts';

/** The parts of Grafana's JSON that the tests read; what a board does not have is absent. */
export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly schemaVersion: number;
  readonly tags: readonly string[];
  readonly links: readonly Link[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly links?: readonly Link[];
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly links?: readonly Link[];
      readonly mappings?: readonly unknown[];
      readonly thresholds?: { readonly steps: readonly Step[] };
      readonly custom?: {
        readonly axisSoftMax?: number;
        readonly thresholdsStyle?: { readonly mode: string };
      };
    };
    readonly overrides: readonly { readonly properties: readonly { readonly id: string }[] }[];
  };
}

export interface Step {
  readonly value: number | null;
  readonly color: string;
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}

interface Link {
  readonly title: string;
  readonly url?: string;
  readonly type?: string;
  readonly tags?: readonly string[];
  readonly includeVars?: boolean;
  readonly keepTime?: boolean;
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly query: string;
  readonly refresh?: number;
  readonly multi: boolean;
  readonly allValue?: string;
  readonly current?: { readonly value: string };
}

interface Annotation {
  readonly name: string;
  readonly expr: string;
  readonly useValueForTime?: boolean;
}

/** The catalogue with its defaults, or with other parameters. */
export function bundleWith(parameters: Parameters<typeof defineBundle>[1] = {}): Bundle {
  return defineBundle(CATALOGUE, parameters);
}

/** The rendered boards, read back from their JSON. */
export function boardsOf(bundle: Bundle): readonly Board[] {
  return renderBoards(bundle).map(({ content }) => JSON.parse(content) as Board);
}

/** The panels of a board that draw something; rows only head them. */
export function drawing({ panels }: Board): readonly Panel[] {
  return panels.filter(({ type }) => type !== 'row');
}

/** Names of the alerts whose runbooks a panel links to. */
export function alertsOf({ links = [] }: Panel): readonly string[] {
  return links.map(({ title }) => title.replace('Runbook: ', ''));
}

/** Every query of a panel or a board's annotations, with a name for messages. */
export function queriesOf(board: Board): readonly { readonly where: string; readonly expr: string }[] {
  const panels = drawing(board).flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }) => ({ where: `${board.title}: ${title} ${refId}`, expr })),
  );
  const annotations = board.annotations.list.map(({ name, expr }) => ({
    where: `${board.title}: annotation ${name}`,
    expr,
  }));
  return [...panels, ...annotations];
}

/** A query that a parser can read; its variables still stand in the matchers. */
export function parseable(expr: string): string {
  return expr.replaceAll('$__rate_interval', '2m');
}

/** A query as Grafana sends it: with all clusters chosen, on a panel of six hours. */
export function expanded(expr: string): string {
  return parseable(expr).replaceAll('$cluster', '.+');
}
