import type { Delivery, Message, Transport } from '@millwright/runtime';

interface Listener {
  readonly pattern: RegExp;
  readonly handler: (delivery: Delivery) => Promise<void>;
}

interface Letter {
  readonly address: string;
  readonly message: Message;
  attempt: number;
}

/** A broker that outlives the processes of a test and delivers only when it is told to, in the order that the test chooses. */
export class Wire {
  readonly letters: Letter[] = [];
  readonly sent: Message[] = [];
  #listeners: Listener[] = [];

  publish(address: string, message: Message): void {
    this.sent.push(message);
    this.letters.push({ address, message, attempt: 0 });
  }

  /** The process has died: nobody listens any more. */
  cut(): void {
    this.#listeners = [];
  }

  /** The broker brings a letter twice. */
  copy(index: number): void {
    const letter = this.letters[index];
    if (letter !== undefined) this.letters.push({ ...letter });
  }

  /** Delivers one letter to all that listen; it stays when one of them does not take it. */
  async deliver(index = 0): Promise<void> {
    const letter = this.letters[index];
    if (letter === undefined) return;
    letter.attempt += 1;
    let isDone = true;
    for (const { pattern, handler } of this.#listeners) {
      if (!pattern.test(letter.address)) continue;
      let verdict: 'ack' | 'nack' = 'nack';
      const { address, message, attempt } = letter;
      const ack = async (): Promise<void> => {
        verdict = 'ack';
      };
      await handler({ address, message, attempt, parameters: {}, ack, nack: async () => undefined, reject: ack });
      if (verdict === 'nack') isDone = false;
    }
    if (isDone) this.letters.splice(this.letters.indexOf(letter), 1);
  }

  /** The wire as one process sees it. */
  transport(): Transport {
    return {
      features: {
        ...{ name: 'wire', survives: 'broker', keepsForAbsent: true, countsAttempts: true },
        ...{ ordersAfterCrash: false, sharesWithinGroup: true },
      },
      publish: async (address, message) => this.publish(address, message),
      subscribe: async (template, handler) => {
        const source = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^{}]*\}/g, '[^/]+');
        const listener = { pattern: new RegExp(`^${source}$`), handler };
        this.#listeners.push(listener);
        return {
          close: async () => {
            this.#listeners = this.#listeners.filter((other) => other !== listener);
          },
        };
      },
      close: async () => undefined,
    };
  }
}
