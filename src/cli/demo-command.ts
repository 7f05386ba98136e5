import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { listenAddress, listenText } from '../config/values.ts';
import { playStory, type Story } from './demo/play-story.ts';
import { createPrinter, type Printer } from './demo/printer.ts';
import { SCENES } from './demo/scenes.ts';
import { isAsTold, tellEnd, tellStart } from './demo/story.ts';
import { CommandEnd } from './exit.ts';
import { untilTold } from './signals.ts';

interface Flags {
  readonly scenario?: string;
  readonly list?: true;
  readonly json?: true;
  readonly keep?: true;
  readonly listen?: string;
  readonly factor: number;
  readonly wavesApart: boolean;
}

/** Seconds of the fleet in one second of the demo: the whole story in about a minute. */
const FACTOR = 180;

/** What a shell says of a command that SIGINT ended. */
const INTERRUPTED = 130;

/** `tidegate demo`: the embedded default. It ends with 1 when what happened is not what it tells. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'twelve simulated clusters in fast-forward, a real gate, real hooks: what goes and what is halted',
    )
    .addOption(new Option('--scenario <name>', 'play one scene only').choices(SCENES.map(({ name }) => name)))
    .option('--list', 'list the scenes')
    .option('--json', 'print what happened as JSON')
    .option('--keep', 'stay up at the end, as on a terminal')
    .option('--listen <host:port>', 'where the gate listens (default: a free port of loopback)', parseListen)
    .addOption(
      new Option('--factor <n>', 'seconds of the fleet in one second; less suits a slow machine')
        .argParser(parseFactor)
        .default(FACTOR),
    )
    .addOption(
      new Option('--no-waves-apart', 'put all clusters into one wave, to see the demo fail').hideHelp(),
    )
    .action(demoAction);
}

function parseFactor(text: string): number {
  const factor = Number(text);
  if (!(factor >= 1 && factor <= 600)) throw new InvalidArgumentError('write a number from 1 to 600.');
  return factor;
}

function parseListen(text: string): string {
  const parsed = listenAddress.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('write an address and a port, such as 127.0.0.1:8080.');
  return listenText(parsed.data);
}

async function demoAction(flags: Flags): Promise<void> {
  if (flags.list) {
    listScenes(flags);
    return;
  }
  const scenes = SCENES.filter(({ name }) => flags.scenario === undefined || name === flags.scenario);
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-demo-'));
  const isTerminal = process.stdout.isTTY && !flags.json;
  const printer = createPrinter(
    (line) => {
      if (!flags.json) process.stdout.write(`${line}\n`);
    },
    isTerminal && process.env['NO_COLOR'] === undefined,
  );
  const told = new AbortController();
  const ending = untilTold().then(() => told.abort());
  const startedAt = performance.now();
  let asTold = false;
  let isOver = false;
  try {
    await playStory({
      scenes,
      folder,
      printer,
      ...(flags.listen !== undefined && { listen: flags.listen }),
      factor: flags.factor,
      wavesApart: flags.wavesApart,
      aborted: told.signal,
      began: (url) => tellStart(printer, url, flags.factor),
      async afterwards(story) {
        const seconds = (performance.now() - startedAt) / 1000;
        asTold = isAsTold(story);
        isOver = true;
        if (flags.json) process.stdout.write(`${JSON.stringify(asJson(story, seconds), null, 2)}\n`);
        await tellEnd(printer, story, seconds);
        if (flags.keep || isTerminal) await stay(printer, story, ending);
      },
    });
  } catch (error) {
    // What fails because a person ended it is no news.
    if (!told.signal.aborted) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (!isOver) throw new CommandEnd(INTERRUPTED);
  if (!asTold) throw new CommandEnd(1);
}

function listScenes({ json }: Flags): void {
  const list = SCENES.map(({ name, title }) => ({ name, title }));
  process.stdout.write(
    json
      ? `${JSON.stringify(list)}\n`
      : list.map((scene) => `${scene.name.padEnd(10)}${scene.title}\n`).join(''),
  );
}

function asJson(story: Story, seconds: number) {
  const { url, scenes, hooks, residentBytes } = story;
  return { url, asTold: isAsTold(story), scenes, measured: { seconds, hooks, residentBytes } };
}

async function stay(printer: Printer, { url }: Story, ending: Promise<void>): Promise<void> {
  printer.line(`The gate stays up at ${url}; Ctrl-C ends it.`);
  await ending;
}
