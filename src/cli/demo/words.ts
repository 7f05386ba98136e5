/** Columns of a line: what a split screen shows. */
export const COLUMNS = 110;

/** A length of fleet time for people: `45 s`, `12 min`, `5 h 30 min`. */
export function length(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Minutes and seconds: `1:33`. */
export function clockTime(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

/** A whole number as people write it: `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A text in lines of at most so many columns; a word that is longer stands alone. */
export function wrap(text: string, columns: number): readonly string[] {
  return fill(text.split(' '), columns);
}

/** A shell command in lines of at most so many columns, still ready to paste. */
export function wrapCommand(command: string, columns: number): readonly string[] {
  const words = command.match(/(?:--?[\w-]+ (?!-))?(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const lines = fill(words, columns - 2);
  return lines.map((line, at) => (at < lines.length - 1 ? `${line} \\` : line));
}

function fill(words: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A text cut to so many columns, and that it was. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 3).trimEnd()}...`;
}
