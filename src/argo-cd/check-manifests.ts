import { type GateCall, gateCallOf } from './gate-call.ts';
import type { Manifest } from './manifest.ts';
import { type Finding, findingsOf } from './rule.ts';
import { applicationOf } from './rules/application.ts';
import { APPLICATION_RULES } from './rules/application-rules.ts';
import { APPLICATION_SET_RULES, PROJECT_RULES } from './rules/application-set-rules.ts';
import { CALL_RULES } from './rules/call-rules.ts';
import { HOOK_RULES } from './rules/hook-rules.ts';
import { SOAK_RULES } from './rules/soak-rules.ts';
import { findingsTogether, RESOURCE_RULES } from './rules/together.ts';
import { waitRules } from './rules/wait-rules.ts';

/** What is known of the gate, beside the manifests. */
export interface GateKnown {
  /** The longest time from a sync to its verdict by any policy in use, in seconds. */
  readonly longestVerdictSeconds?: number;
}

/**
 * Every setting of these manifests that opens a way around the gate or ends in "nobody asks".
 *
 * @returns by file and line
 */
export function checkManifests(manifests: readonly Manifest[], known: GateKnown = {}): readonly Finding[] {
  const calls = manifests.flatMap((manifest) => gateCallOf(manifest) ?? []);
  const findings = [
    ...calls.flatMap((call) => callFindings(call, known)),
    ...findingsTogether({ manifests, calls }),
    ...manifests.flatMap((manifest) => manifestFindings(manifest)),
  ];
  return findings.sort(
    (a, b) =>
      compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule) || compare(a.what, b.what),
  );
}

function callFindings(call: GateCall, known: GateKnown): readonly Finding[] {
  const rules =
    call.command === 'soak' ? SOAK_RULES : [...HOOK_RULES, ...waitRules(known.longestVerdictSeconds)];
  return findingsOf([...rules, ...CALL_RULES], call, call.manifest);
}

function manifestFindings(manifest: Manifest): readonly Finding[] {
  const { kind, apiVersion, fields } = manifest;
  const own = findingsOf(RESOURCE_RULES, manifest, manifest);
  if (!apiVersion.startsWith('argoproj.io/')) return own;
  const app = applicationOf(manifest);
  return [
    ...own,
    ...(app ? findingsOf(APPLICATION_RULES, app, manifest, app.root) : []),
    ...(app && kind === 'ApplicationSet' ? findingsOf(APPLICATION_SET_RULES, fields, manifest) : []),
    ...(kind === 'AppProject' ? findingsOf(PROJECT_RULES, fields, manifest) : []),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
