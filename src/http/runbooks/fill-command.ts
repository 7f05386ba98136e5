/** Values of shell variables by name. */
export type ShellVariables = Readonly<Record<string, string>>;

/** A variable as our commands write it; lower-case ones belong to the command itself. */
const VARIABLE = /^\$(?:\{([A-Z][A-Z0-9_]*)\}|([A-Z][A-Z0-9_]*))/;

/** Text that no shell treats in a special way, quoted or not. */
const PLAIN_TEXT = /^[A-Za-z0-9_./:@%+=,-]+$/;

/** Here-documents, backticks and ANSI quotes have rules of their own; `${x:-y}` too. */
const BEYOND_US = /<<|`|\$['"]|\$\{(?![A-Z][A-Z0-9_]*\})/;

/** Where in a command a place stands: bare, in double quotes, or in one of the brackets that start bare again. */
type Place = 'bare' | 'double' | 'bracket';

/**
 * A command of POSIX sh with the variables that are given in it filled in: it does what it would do with them set,
 * whatever the values hold. Other variables stay.
 */
export function fillCommand(command: string, variables: ShellVariables): string {
  const used = usedVariables(command).filter((name) => Object.hasOwn(variables, name));
  if (used.length === 0) return command;
  const filled = BEYOND_US.test(command) ? undefined : fillPlaces(command, variables);
  return filled ?? `${used.map((name) => `${name}=${quote(variables[name] ?? '')}`).join('\n')}\n${command}`;
}

/** Names of the variables in a command, each once, in the order of their first use. */
export function usedVariables(command: string): string[] {
  const names = [...command.matchAll(/\$\{?([A-Z][A-Z0-9_]*)/g)].map(([, name]) => name ?? '');
  return [...new Set(names)];
}

/** One word for the shell, whatever the text holds. */
export function quote(text: string): string {
  return PLAIN_TEXT.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Walks a command as the shell does; undefined where its quotes or brackets don't match. */
function fillPlaces(command: string, variables: ShellVariables): string | undefined {
  const places: Place[] = ['bare'];
  let out = '';
  let at = 0;
  const take = (length: number) => {
    out += command.slice(at, at + length);
    at += length;
  };
  while (at < command.length) {
    const rest = command.slice(at);
    const inQuotes = places.at(-1) === 'double';
    const [text, braced, bare] = VARIABLE.exec(rest) ?? [];
    const name = braced ?? bare;
    if (rest.startsWith('\\')) take(2);
    else if (text !== undefined && name !== undefined) {
      out += Object.hasOwn(variables, name) ? insert(variables[name] ?? '', inQuotes) : text;
      at += text.length;
    } else if (rest.startsWith('$(')) {
      places.push('bracket');
      take(2);
    } else if (rest.startsWith('"')) {
      if (inQuotes) places.pop();
      else places.push('double');
      take(1);
    } else if (inQuotes) take(1);
    else if (rest.startsWith("'")) {
      const end = rest.indexOf("'", 1);
      if (end < 0) return undefined;
      take(end + 1);
    } else if (rest.startsWith('(')) {
      places.push('bracket');
      take(1);
    } else if (rest.startsWith(')')) {
      if (places.pop() !== 'bracket') return undefined;
      take(1);
    } else if (/^#/.test(rest) && /(^|[\s;&|(])$/.test(out)) {
      const end = rest.indexOf('\n');
      take(end < 0 ? rest.length : end);
    } else take(1);
  }
  return places.length === 1 ? out : undefined;
}

/** In double quotes a value that needs quotes of its own leaves them and comes back. */
function insert(value: string, inQuotes: boolean): string {
  const word = quote(value);
  return inQuotes && word !== value ? `"${word}"` : word;
}
