import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnySignal } from '../../catalogue/signal.ts';
import { BOARDS, type BoardName } from '../board-link.ts';
import { GENERATED, type RenderedFile } from '../file.ts';
import { annotations } from './annotations.ts';
import { finalize, finalizePanels } from './finalize.ts';
import { grid } from './grid.ts';
import { componentsOf, sectionsOf } from './sections.ts';
import { panelsWithBurn } from './slo-panels.ts';
import { variables } from './variables.ts';

/** The question that each board answers, and the time it looks back. */
const QUESTIONS: Record<BoardName, { readonly question: string; readonly from: string }> = {
  fleet: { question: 'Which cluster needs me?', from: 'now-6h' },
  rollouts: { question: 'What goes where, what stopped it, and can the gate see?', from: 'now-24h' },
  'control-plane': { question: 'Does the API server serve, and if not, who loads it?', from: 'now-6h' },
  nodes: { question: 'Which node is short of what?', from: 'now-6h' },
  coredns: { question: 'Do names resolve?', from: 'now-1h' },
  addons: { question: 'Are the things that every cluster gets well?', from: 'now-6h' },
};

/** What all boards share, and what the dropdown between them goes by. */
const TAG = 'tidegate';

/** The boards as Grafana's JSON; one whose signals are all left out is none. */
export function renderBoards(bundle: Bundle): readonly RenderedFile[] {
  const names = (Object.keys(BOARDS) as BoardName[]).filter((name) => componentsOf(name, bundle).length > 0);
  return names.map((name) => ({
    path: `dashboards/${name}.json`,
    content: `${JSON.stringify(board(name, bundle), null, 2)}\n`,
  }));
}

/** The panels of one signal, as they stand on its board. */
export function panelsOf(signal: AnySignal, bundle: Bundle): readonly Panel[] {
  return finalizePanels(panelsWithBurn(signal, bundle));
}

function board(name: BoardName, bundle: Bundle) {
  const { uid, title } = BOARDS[name];
  const { question, from } = QUESTIONS[name];
  const built = new DashboardBuilder(`EKS / ${title}`)
    .uid(uid)
    .description(`${question} ${GENERATED}`)
    .tags(['eks', 'generated', TAG])
    .readonly()
    .timezone('utc')
    .refresh('1m')
    .time({ from, to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(variables())
    .annotations(annotations(componentsOf(name, bundle), bundle))
    .link(
      new DashboardLinkBuilder('EKS boards')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .build();
  return finalize({ ...built, panels: [...grid(sectionsOf(name, bundle))] });
}
