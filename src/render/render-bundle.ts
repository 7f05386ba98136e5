import type { Bundle } from '../catalogue/bundle.ts';
import type { AnyAlert } from '../catalogue/signal.ts';
import { DefinitionError } from '../domain/errors.ts';
import { renderAlertmanager } from './alertmanager/render-route.ts';
import { renderCheckedAlerts, renderChecks } from './checks/render-checks.ts';
import { renderCloudWatch } from './cloudwatch/render-alarms.ts';
import { GENERATED, type RenderedFile } from './file.ts';
import { renderBoards } from './grafana/render-boards.ts';
import { renderRules } from './prometheus/render-rules.ts';
import { definitionBlock } from './runbooks/definition-block.ts';
import { withBlock } from './runbooks/page.ts';

/** Runbook pages by alert name, as they stand on disk. */
export type RunbookTexts = ReadonlyMap<string, string>;

/**
 * Everything that is generated from a bundle: rules, route, alarms, checks, boards, and the definition blocks of the
 * runbook pages (the rest of a page is written by hand and kept).
 */
export function renderBundle(bundle: Bundle, runbooks: RunbookTexts): readonly RenderedFile[] {
  return [
    ...renderRules(bundle),
    renderAlertmanager(bundle),
    renderCloudWatch(bundle),
    renderCheckFile(bundle),
    ...renderBoards(bundle),
    ...renderRunbookBlocks(bundle, runbooks),
  ];
}

/** The gate's checks as a file: the gate renders them itself; this one is for people and reviews. */
function renderCheckFile(bundle: Bundle): RenderedFile {
  const file = { comment: GENERATED, checks: renderChecks(bundle), alerts: renderCheckedAlerts(bundle) };
  return { path: 'alerts/gate/checks.json', content: `${JSON.stringify(file, null, 2)}\n` };
}

function renderRunbookBlocks(bundle: Bundle, runbooks: RunbookTexts): readonly RenderedFile[] {
  return bundle.signals.flatMap((signal) =>
    (signal.alerts as readonly AnyAlert[]).map((alert) => {
      const path = `runbooks/${alert.name}.md`;
      const text = runbooks.get(alert.name);
      if (text === undefined) {
        throw new DefinitionError('runbook/missing', `alert ${alert.name} has no runbook; write ${path}`);
      }
      const content = withBlock(text, definitionBlock(signal, alert, bundle));
      if (content === undefined) {
        throw new DefinitionError('runbook/no-block', `${path} has no marks for its definition block`);
      }
      return { path, content };
    }),
  );
}
