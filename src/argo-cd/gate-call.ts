import { type Fields, fieldsAt, isFields, listAt, type Manifest, type Path, textAt } from './manifest.ts';

/** The commands of a hook that ask the gate for one app and cluster. */
export const GATE_COMMANDS = ['pre-sync', 'post-sync', 'sync-fail', 'soak'] as const;
export type GateCommand = (typeof GATE_COMMANDS)[number];

/** A pod of a manifest that calls the gate, and how. */
export interface GateCall {
  readonly manifest: Manifest;
  readonly command: GateCommand;
  /** Options without their dashes, with what is given to them; a flag alone is the empty text. */
  readonly options: ReadonlyMap<string, string>;
  /** The pod's spec, and where it stands. */
  readonly pod: Fields;
  readonly podPath: Path;
  readonly containerPath: Path;
}

/** Where each kind keeps the spec of its pod. */
const POD_SPECS: Readonly<Record<string, Path>> = {
  Pod: ['spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
};

/** How a manifest calls the gate; undefined when it doesn't. */
export function gateCallOf(manifest: Manifest): GateCall | undefined {
  const podPath = POD_SPECS[manifest.kind];
  if (podPath === undefined) return undefined;
  const pod = fieldsAt(manifest.fields, podPath);
  for (const list of ['containers', 'initContainers']) {
    for (const [i, container] of listAt(pod, [list]).entries()) {
      if (!isFields(container)) continue;
      const call = callIn(wordsOf(container));
      if (call) return { manifest, ...call, pod, podPath, containerPath: [...podPath, list, i] };
    }
  }
  return undefined;
}

/** Command and arguments; a shell's script is cut at its blanks. */
function wordsOf(container: Fields): readonly string[] {
  return ['command', 'args']
    .flatMap((field) => listAt(container, [field]))
    .flatMap((word) => (typeof word === 'string' ? word.split(/\s+/) : [String(word)]));
}

function callIn(
  words: readonly string[],
): { command: GateCommand; options: ReadonlyMap<string, string> } | undefined {
  const hook = words.indexOf('hook');
  const command = GATE_COMMANDS.find((name) => name === words[hook + 1]);
  if (hook < 0 || command === undefined) return undefined;
  const options = new Map<string, string>();
  for (let i = hook + 2; i < words.length; i++) {
    const [, name = '', value] = /^--([a-z-]+)(?:=(.*))?$/.exec(words[i] as string) ?? [];
    if (name === '') continue;
    const next = words[i + 1];
    options.set(name, value ?? (next === undefined || next.startsWith('--') ? '' : next));
  }
  return { command, options };
}

/** Where the token of a call is mounted from, if it is one that the kubelet makes for an audience. */
export function projectedToken({
  pod,
}: GateCall): { readonly audience: string; readonly path: Path } | undefined {
  for (const [v, volume] of listAt(pod, ['volumes']).entries()) {
    for (const [s, source] of listAt(volume, ['projected', 'sources']).entries()) {
      if (!isFields(source) || source['serviceAccountToken'] === undefined) continue;
      return {
        audience: textAt(source, ['serviceAccountToken', 'audience']) ?? '',
        path: ['volumes', v, 'projected', 'sources', s, 'serviceAccountToken'],
      };
    }
  }
  return undefined;
}
