import type { Claim } from './stage.ts';
import { COLUMNS, clockTime, wrap } from './words.ts';

/** Prints the story: lines of at most 110 columns, with colours where a person looks. */
export interface Printer {
  line(text?: string): void;
  /** A heading. */
  head(text: string): void;
  /** A line with the time of the fleet since the start. */
  at(seconds: number, text: string): void;
  /** Lines that belong to the one before; what is too long is wrapped. */
  under(text: string): void;
  claim(claim: Claim): void;
}

/** Columns before the text of a line. */
const INDENT = 10;

const COLOURS = { bold: '1', green: '32', red: '31', yellow: '33', grey: '90' } as const;

/** Words that carry a colour; the word itself says the same. */
const COLOURED: readonly (readonly [RegExp, keyof typeof COLOURS])[] = [
  [/\bGO\b|\bCOMPLETE\b|\[as told\]/g, 'green'],
  [/\bHALT(?:ED)?\b|\[NOT AS TOLD\]/g, 'red'],
  [/\bHOLD\b|\bHELD\b|\bOPEN\b|\bSTALLED\b/g, 'yellow'],
];

/**
 * @param write   takes a line without its end
 * @param colours whether a terminal shows it
 */
export function createPrinter(write: (line: string) => void, colours: boolean): Printer {
  const paint = (colour: keyof typeof COLOURS, text: string) =>
    colours ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  const say = (text: string) =>
    write(
      COLOURED.reduce((line, [words, colour]) => line.replace(words, (word) => paint(colour, word)), text),
    );
  const indented = (first: string, text: string) => {
    // Lines that are laid out already start with a space.
    const lines = text.startsWith(' ') ? [text] : wrap(text, COLUMNS - INDENT);
    for (const [at, line] of lines.entries()) {
      say(`${(at === 0 ? first : '').padEnd(INDENT)}${line}`.trimEnd());
    }
  };
  return {
    line: (text = '') => say(text),
    head: (text) => write(paint('bold', text)),
    at: (seconds, text) => indented(`${clockTime(seconds).padStart(INDENT - 2)}  `, text),
    under: (text) => indented('', text),
    claim: ({ text, holds }) => indented('', `${holds ? '[as told]' : '[NOT AS TOLD]'} ${text}`),
  };
}
