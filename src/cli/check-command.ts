import { join } from 'node:path';
import type { Command } from 'commander';
import { type Bundle, defineBundle } from '../catalogue/bundle.ts';
import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { AnyAlert } from '../catalogue/signal.ts';
import { loadConfig } from '../config/load-config.ts';
import { readPages } from '../publish/files.ts';
import { renderBundle } from '../render/render-bundle.ts';
import { runbookVariables } from '../render/runbooks/definition-block.ts';
import { pageProblems, parsePage } from '../render/runbooks/page.ts';
import { bundleOf } from './bundle.ts';
import { addCheckArgocdCommand } from './check-argocd-command.ts';
import { CommandEnd } from './exit.ts';
import { PACKAGE_ROOT } from './package-root.ts';

/** One thing that is wrong, where, and how it is mended. */
interface Finding {
  readonly where: string;
  readonly what: string;
}

interface Flags {
  readonly config?: string;
  readonly json?: true;
}

/** `tidegate check`: what the types and the renderers can't see. */
export function addCheckCommand(program: Command): void {
  const check = program
    .command('check')
    .description('check catalogue, runbooks and configuration')
    .option('--config <file>', 'a tidegate.yaml to check too')
    .option('--json', 'print the findings as JSON')
    .action(async (flags: Flags) => {
      // What is checked in a pipeline has no way to Argo CD: a fleet that is read from there is not checked here.
      const bundle =
        flags.config === undefined
          ? defineBundle(CATALOGUE)
          : bundleOf(loadConfig(flags.config, process.env));
      const pages = await readPages(join(PACKAGE_ROOT, 'runbooks'));
      const findings = runbookFindings(bundle, pages);
      // What only a renderer refuses, such as a scrape interval that can't be counted, must not wait for the gate to start.
      if (findings.length === 0) renderBundle(bundle, pages);
      if (flags.json) process.stdout.write(`${JSON.stringify({ findings })}\n`);
      else process.stdout.write(report(bundle, findings));
      if (findings.length > 0) throw new CommandEnd(1);
    });
  addCheckArgocdCommand(check);
}

function report(bundle: Bundle, findings: readonly Finding[]): string {
  const alerts = bundle.signals.flatMap(({ alerts: own }) => own).length;
  if (findings.length === 0) {
    return `${bundle.signals.length} signals, ${alerts} alerts, ${alerts} runbooks: nothing to mend.\n`;
  }
  return `${findings.map(({ where, what }) => `${where}: ${what}`).join('\n')}\n${findings.length} to mend.\n`;
}

/** Alerts and pages are in bijection, and every page is fit to be read at night. */
function runbookFindings(bundle: Bundle, texts: ReadonlyMap<string, string>): readonly Finding[] {
  const alerts = bundle.signals.flatMap((signal) =>
    (signal.alerts as readonly AnyAlert[]).map((alert) => ({
      alert: alert.name,
      variables: runbookVariables(signal),
    })),
  );
  const names = new Set(alerts.map(({ alert }) => alert));
  const leftOver = [...texts.keys()]
    .filter((name) => !names.has(name) && bundle.parameters.leaveOut.length === 0)
    .map((name) => ({
      where: `runbooks/${name}.md`,
      what: 'no alert has this name; delete the page or name the alert',
    }));
  const pages = alerts.flatMap(({ alert, variables }) => {
    const where = `runbooks/${alert}.md`;
    const text = texts.get(alert);
    if (text === undefined) return [{ where, what: `alert ${alert} has no runbook; write this page` }];
    return pageProblems(parsePage(alert, text), variables).map((what) => ({ where, what }));
  });
  return [...leftOver, ...pages];
}
