import { spanText, timeText } from '../format/time.ts';
import { startOf } from './collect-events.ts';
import type { TraceReport } from './trace-report.ts';
import type { TracedEvent } from './traced-event.ts';

/** A sequence diagram: systems side by side, one arrow for each event that went from one to another. */
export function formatTraceMermaid({ asked, stores, events, gaps }: TraceReport): string {
  const participants = new Participants(stores.map(({ name }) => name));
  const lines = events.flatMap((event) => arrowsOf(event, participants));
  const notes = gaps.map(({ text }) => `Note over ${participants.all()}: ${textOf(text)}`);
  const body = [...participants.declarations(), ...lines, ...notes].map((line) => `  ${line}\n`).join('');
  return `---\ntitle: ${JSON.stringify(textOf(asked))}\n---\nsequenceDiagram\n${body}`;
}

/** Systems by short names, since names of others can hold what means something to Mermaid. */
class Participants {
  readonly #names: string[];

  constructor(names: readonly string[]) {
    this.#names = [...names];
  }

  idOf(name: string): string {
    if (!this.#names.includes(name)) this.#names.push(name);
    return `s${this.#names.indexOf(name)}`;
  }

  all(): string {
    return this.#names.length === 1 ? 's0' : `s0,s${this.#names.length - 1}`;
  }

  declarations(): readonly string[] {
    return this.#names.map((name, index) => `participant s${index} as ${textOf(name)}`);
  }
}

function arrowsOf(event: TracedEvent, participants: Participants): readonly string[] {
  const { title, source, steps, findings } = event;
  const producer = steps.find(({ step }) => step === 'enqueued')?.store ?? source;
  const from = participants.idOf(producer === '' ? 'unknown' : producer);
  const start = startOf(event);
  const arrows = steps.flatMap((step) => {
    const to = participants.idOf(step.store);
    if (step.step === 'applied') return [`${from}->>${to}: ${textOf(title)} (${spanText(step.at - start)})`];
    if (step.step === 'buried') return [`${from}-x${to}: ${textOf(title)}`];
    return [];
  });
  const going = arrows.length > 0 ? arrows : [`${from}--)${from}: ${textOf(title)}`];
  const notes = findings.map(({ text }) => `Note over ${participants.all()}: ${textOf(text)}`);
  return [`Note over ${from}: ${timeText(start)}`, ...going, ...notes];
}

/** Whatever could end the line or mean something is written as an entity of Mermaid. */
function textOf(text: string): string {
  return text
    .slice(0, 200)
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L}\p{N} .,:/()_@+=?!'-]/gu, (character) => `#${character.codePointAt(0)};`);
}
