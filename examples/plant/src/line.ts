import type { Transport } from '@millwright/runtime';
import { type Clock, systemClock } from '@millwright/runtime/messaging';

/** Time of this example: the clock of the machine, which can be put forward. */
export class ExampleClock implements Clock {
  #aheadMs = 0;

  forward(ms: number): void {
    this.#aheadMs += ms;
  }

  readonly now = (): number => systemClock.now() + this.#aheadMs;
  readonly uuid = (): string => systemClock.uuid();
  readonly sleep: Clock['sleep'] = (delayMs, signal) => systemClock.sleep(delayMs, signal);
  readonly random = (): number => systemClock.random();
}

/** The line of a plant to everybody else: while it is down nothing goes out and nothing comes in. */
export class Line {
  isDown = false;

  /** The same transport, over this line. */
  over(transport: Transport): Transport {
    return {
      ...transport,
      publish: async (address, message) => {
        if (this.isDown) throw new Error('the line is down');
        await transport.publish(address, message);
      },
      subscribe: (pattern, handler, options) =>
        transport.subscribe(
          pattern,
          (delivery) => (this.isDown ? delivery.nack({ delayMs: 50 }) : handler(delivery)),
          options,
        ),
    };
  }
}
