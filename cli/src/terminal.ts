/** Where a command writes, and whether colours are welcome. The only door to the console. */
export interface Terminal {
  /** The result: stdout. */
  readonly write: (text: string) => void;
  /** A result that is no text, as it is. */
  readonly writeBytes: (bytes: Uint8Array) => void;
  /** Progress and hints: stderr; silent with --quiet. */
  readonly progress: (text: string) => void;
  /** What the user must see whatever the options: stderr. */
  readonly complain: (text: string) => void;
  readonly colours: Colours;
  readonly quiet: boolean;
}

export type Colour = 'red' | 'yellow' | 'blue' | 'green' | 'dim' | 'bold';
export type Colours = (colour: Colour, text: string) => string;

const escapes: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  yellow: [33, 39],
  blue: [36, 39],
  green: [32, 39],
  dim: [2, 22],
  bold: [1, 22],
};

/** Colours as asked: NO_COLOR wins (no-color.org), then FORCE_COLOR, then whether a person is looking. */
function coloursFor(environment: Readonly<Record<string, string | undefined>>, isTty: boolean): Colours {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const forced = (environment['FORCE_COLOR'] ?? '0') !== '0';
  if (refused || !(isTty || forced)) return (_colour, text) => text;
  return (colour, text) => `\u001b[${escapes[colour][0]}m${text}\u001b[${escapes[colour][1]}m`;
}

/** Text of a contract or message may hold terminal commands; what is shown is made of printable characters, tabs and line ends only. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** Terminal of this process. */
export function processTerminal(quiet: boolean): Terminal {
  return {
    write: (text) => void process.stdout.write(text),
    writeBytes: (bytes) => void process.stdout.write(bytes),
    progress: (text) => void (quiet || process.stderr.write(`${text}\n`)),
    complain: (text) => void process.stderr.write(`${text}\n`),
    colours: coloursFor(process.env, process.stdout.isTTY === true),
    quiet,
  };
}
