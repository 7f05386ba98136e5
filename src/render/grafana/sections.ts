import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { CONTEXT_PANELS } from '../../catalogue/boards/context-panels.ts';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnySignal } from '../../catalogue/signal.ts';
import type { Component } from '../../domain/component.ts';
import { type BoardName, boardOf } from '../board-link.ts';
import { contextPanel } from './context-panel.ts';
import { burningCountPanel, clustersPanel, fastestBurnPanel } from './fleet-panels.ts';
import { evenLines, type Section } from './grid.ts';
import { firingCountPanel, firingTablePanel } from './overview-panels.ts';
import { haltedCountPanel, verdictsPanel, wavesPanel } from './rollout-panels.ts';
import { signalPanels } from './signal-panels.ts';
import { budgetsPanel, panelsWithBurn, sloOf } from './slo-panels.ts';

/** A board is read in a minute: signals come first, context fills what is left. */
const MAX_PANELS = 20;

/** Of every line, in rows of Grafana's grid. */
const HEIGHT = 8;

/** Of a line of numbers alone. */
const COUNT_HEIGHT = 4;

/** The components that a board shows, in the order of the catalogue. */
export function componentsOf(board: BoardName, { signals }: Bundle): readonly Component[] {
  const components = signals.map(({ component }) => component);
  return [...new Set(components)].filter((component) => boardOf(component) === board);
}

/** The sections of a board, from general to specific. */
export function sectionsOf(board: BoardName, bundle: Bundle): readonly Section[] {
  const components = componentsOf(board, bundle);
  const signals = bundle.signals.filter(({ component }) => components.includes(component));
  if (board === 'fleet') return fleetSections(signals, bundle);
  const overview = overviewSection(components, signals, bundle);
  const rollouts = board === 'rollouts' ? rolloutsSection(bundle) : { title: '', lines: [] };
  const promises = promisesSection(signals, bundle);
  const telemetry = telemetrySection(signals, bundle);
  const room = MAX_PANELS - countPanels([overview, rollouts, promises, telemetry]);
  const specific = specificSections(components, signals, room, bundle);
  return [overview, rollouts, promises, ...specific, telemetry].filter(({ lines }) => lines.length > 0);
}

/** Where the newest rollouts stand, and what was said of whom. */
function rolloutsSection(bundle: Bundle): Section {
  return {
    title: 'Waves and verdicts',
    lines: evenLines([wavesPanel(bundle), verdictsPanel(bundle)], 2, HEIGHT),
  };
}

/** What is wrong anywhere, what is seen at all, and where changes are under way. */
function fleetSections(signals: readonly AnySignal[], bundle: Bundle): readonly Section[] {
  const components = [...new Set(bundle.signals.map(({ component }) => component))];
  const slos = bundle.signals.flatMap((signal) => sloOf(signal) ?? []);
  const counts = [
    firingCountPanel('critical', components, bundle),
    firingCountPanel('warning', components, bundle),
    burningCountPanel(bundle),
    haltedCountPanel(bundle),
  ].filter((panel) => panel !== undefined);
  const tables = [
    firingTablePanel(components, bundle),
    ...(slos.length > 0 ? [budgetsPanel(slos, bundle)] : []),
  ];
  const changes = [wavesPanel(bundle), fastestBurnPanel(bundle)].filter((panel) => panel !== undefined);
  return [
    { title: 'Now', lines: [...evenLines(counts, 4, COUNT_HEIGHT), ...evenLines(tables, 2, HEIGHT)] },
    { title: 'Rollouts and budgets', lines: evenLines(changes, 2, HEIGHT) },
    {
      title: 'What is seen',
      lines: evenLines([...panelsOf(signals, bundle), clustersPanel(bundle)], 3, HEIGHT),
    },
  ];
}

function panelsOf(signals: readonly AnySignal[], bundle: Bundle): readonly Panel[] {
  return signals.flatMap((signal) => signalPanels(signal, bundle));
}

function isAboutTelemetry({ kind, component }: AnySignal): boolean {
  return kind === 'presence' || component === 'telemetry';
}

function overviewSection(
  components: readonly Component[],
  signals: readonly AnySignal[],
  bundle: Bundle,
): Section {
  const slos = signals.flatMap((signal) => sloOf(signal) ?? []);
  const counts = (['critical', 'warning'] as const).map((severity) =>
    firingCountPanel(severity, components, bundle),
  );
  const tables = [
    firingTablePanel(components, bundle),
    ...(slos.length > 0 ? [budgetsPanel(slos, bundle)] : []),
  ];
  // Two numbers, and the rest of the line for what they are made of.
  const panels = [
    ...counts.map((panel) => ({ panel, width: 3 })),
    ...tables.map((panel) => ({ panel, width: 18 / tables.length })),
  ];
  return { title: 'Now', lines: [{ height: HEIGHT, panels }] };
}

/** Each promise beside the speed at which its budget goes. */
function promisesSection(signals: readonly AnySignal[], bundle: Bundle): Section {
  const promised = signals.filter((signal) => sloOf(signal) !== undefined);
  const lines = promised.flatMap((signal) => evenLines(panelsWithBurn(signal, bundle), 3, HEIGHT));
  return { title: 'Promises and their error budgets', lines };
}

/** Whether each thing that should be seen is: without it every other panel is blind. */
function telemetrySection(signals: readonly AnySignal[], bundle: Bundle): Section {
  const panels = signals.filter(isAboutTelemetry).flatMap((signal) => signalPanels(signal, bundle));
  return { title: 'What is seen', lines: evenLines(panels, 3, HEIGHT) };
}

/** The other signals by component, and as much context as there is room for. */
function specificSections(
  components: readonly Component[],
  signals: readonly AnySignal[],
  room: number,
  bundle: Bundle,
): readonly Section[] {
  const drawn = signals
    .filter((signal) => !isAboutTelemetry(signal) && sloOf(signal) === undefined)
    .flatMap((signal) =>
      signalPanels(signal, bundle).map((panel) => ({ component: signal.component, panel })),
    );
  const context = CONTEXT_PANELS.filter(({ component }) => components.includes(component))
    .slice(0, Math.max(0, room - drawn.length))
    .map((definition) => ({ component: definition.component, panel: contextPanel(definition, bundle) }));
  return components.map((component) => {
    const own = [...drawn, ...context].filter((one) => one.component === component);
    const panels = own.map(({ panel }) => panel);
    return { title: titleOf(component), lines: evenLines(panels, 3, HEIGHT) };
  });
}

function countPanels(sections: readonly Section[]): number {
  return sections.flatMap(({ lines }) => lines).reduce((sum, { panels }) => sum + panels.length, 0);
}

/** Headings where the name of the component is no heading. */
const TITLES: Readonly<Record<string, string>> = {
  'control-plane': 'API server',
  nodes: 'Nodes',
  dns: 'CoreDNS',
  addons: 'All add-ons',
  'addon/karpenter': 'Karpenter',
  'addon/vpc-cni': 'VPC CNI',
  'addon/ebs-csi': 'EBS CSI driver',
  gate: 'The gate',
};

function titleOf(component: Component): string {
  return TITLES[component] ?? component.replace('addon/', '');
}
