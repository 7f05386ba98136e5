import { join } from 'node:path';
import type { Command } from 'commander';
import type { Bundle } from '../catalogue/bundle.ts';
import type { AnyAlert } from '../catalogue/signal.ts';
import { NotFoundError } from '../domain/errors.ts';
import { type Difference, differences, readCharts, readPages, writeFiles } from '../publish/files.ts';
import { chartFiles } from '../render/charts/chart-files.ts';
import { withValuesTable } from '../render/charts/values-table.ts';
import { renderCheckedAlerts, renderChecks } from '../render/checks/render-checks.ts';
import { renderAlarms } from '../render/cloudwatch/render-alarms.ts';
import type { RenderedFile } from '../render/file.ts';
import { panelsOf } from '../render/grafana/render-boards.ts';
import { groupsOf, toYaml } from '../render/prometheus/render-rules.ts';
import { renderBundle } from '../render/render-bundle.ts';
import { definitionBlock } from '../render/runbooks/definition-block.ts';
import { bundleFrom } from './bundle.ts';
import { CommandEnd } from './exit.ts';
import { PACKAGE_ROOT } from './package-root.ts';

interface Flags {
  readonly check?: true;
  readonly signal?: string;
  readonly config?: string;
  readonly out?: string;
  readonly json?: true;
}

/** `tidegate render`: writes everything generated; with `--check` only says what differs. */
export function addRenderCommand(program: Command): void {
  program
    .command('render')
    .description(
      'write everything that is generated: rules, route, alarms, checks, boards, runbook blocks, charts',
    )
    .option('--check', 'write nothing; fail when anything differs')
    .option('--signal <id>', 'show one signal in all its artefacts')
    .option('--config <file>', 'a tidegate.yaml whose bundle and fleet are rendered')
    .option('--out <folder>', 'where to write (default: the checkout)')
    .option('--json', 'print the result as JSON')
    .action(renderAction);
}

async function renderAction(flags: Flags): Promise<void> {
  const bundle = await bundleFrom(flags.config);
  if (flags.signal !== undefined) return showSignal(bundle, flags.signal, flags.json === true);
  const root = flags.out ?? PACKAGE_ROOT;
  const ofBundle = renderBundle(bundle, await readPages(join(PACKAGE_ROOT, 'runbooks')));
  const readmes = (await readCharts(PACKAGE_ROOT)).map(({ folder, readme, values }) => ({
    path: `${folder}/README.md`,
    content: withValuesTable(readme, values),
  }));
  const files = [...ofBundle, ...chartFiles(ofBundle, bundle), ...readmes];
  const changes = flags.check ? await differences(root, files) : await writeFiles(root, files);
  if (flags.json) process.stdout.write(`${JSON.stringify({ files: files.length, changes })}\n`);
  else process.stdout.write(report(files, changes, flags.check === true));
  if (flags.check && changes.length > 0) throw new CommandEnd(1);
}

function report(files: readonly RenderedFile[], changes: readonly Difference[], isCheck: boolean): string {
  const lines = changes.map(
    ({ path, is, line }) => `  ${path}: ${is}${line === undefined ? '' : ` from line ${line}`}`,
  );
  if (changes.length === 0) return `${files.length} generated files are up to date.\n`;
  const head = isCheck
    ? `${changes.length} of ${files.length} generated files differ; run "npm run tidegate -- render":`
    : `${changes.length} of ${files.length} generated files written:`;
  return `${[head, ...lines].join('\n')}\n`;
}

function showSignal(bundle: Bundle, id: string, json: boolean): void {
  const signal = bundle.signals.find((candidate) => candidate.id === id);
  if (signal === undefined) {
    const ids = bundle.signals.map((candidate) => candidate.id).join(', ');
    throw new NotFoundError('input/unknown-signal', `there is no signal "${id}"; there are ${ids}`);
  }
  const alerts = signal.alerts as readonly AnyAlert[];
  const names = alerts.map(({ name }) => name);
  const artefacts = {
    rules: { groups: groupsOf(signal, bundle) },
    panels: panelsOf(signal, bundle),
    runbooks: alerts.map((alert) => ({ alert: alert.name, block: definitionBlock(signal, alert, bundle) })),
    alarms: renderAlarms(bundle).filter(({ AlarmName }) =>
      names.some((name) => AlarmName.endsWith(`/${name}`)),
    ),
    check: renderChecks(bundle).find((check) => check.signal === id) ?? signal.check,
    alerts: renderCheckedAlerts(bundle).filter((alert) => alert.signal === id),
  };
  if (json) {
    process.stdout.write(`${JSON.stringify(artefacts, null, 2)}\n`);
    return;
  }
  const section = (title: string, text: string) => `\n==== ${title} ====\n${text.trimEnd()}\n`;
  process.stdout.write(
    [
      `${signal.id}: ${signal.title} (${signal.kind}, ${signal.component})\n`,
      section('1. Prometheus rules', toYaml(artefacts.rules)),
      section('2. Grafana panels', JSON.stringify(artefacts.panels, null, 2)),
      ...artefacts.runbooks.map(({ alert, block }) => section(`3. Runbook block of ${alert}`, block)),
      section(
        '4. CloudWatch alarms',
        toYaml(artefacts.alarms.length === 0 ? 'none: AWS does not publish it' : artefacts.alarms),
      ),
      section('5. Check of the gate', toYaml({ check: artefacts.check, alerts: artefacts.alerts })),
    ].join(''),
  );
}
