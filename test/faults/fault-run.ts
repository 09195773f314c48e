import { type DisturbanceName, disturbances } from './disturbances.ts';
import type { Ground } from './ground.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { Life, wait } from './life.ts';
import type { Pair } from './pairs.ts';
import { type Point, pointsOf, type Role, type Sabotage, type WorkerPlan } from './points.ts';

/** A process that has not met its point by then is ended, and counts for nothing; a sabotaged one may never meet it. */
const lifeMs = 4_000;
const sabotagedLifeMs = 1_500;
/** Lives that a kill may take, since servers are away in between; a sabotaged process may never come to some of its points. */
const livesOfKill = 6;
const livesOfSabotagedKill = 2;
/**
 * A disturbance that has found nothing to disturb, since its process is away or has nothing to say, is tried again for so long; a
 * process that finds nothing for so many tries leaves its turn to the other one.
 */
const triesMs = 90_000;
const triesOfRole = 12;
/** Nothing comes any more when nothing has come for so long. */
const drainMs = 30_000;
const sabotagedDrainMs = 5_000;
/** What is delivered a second time comes by then: leases and waits for an ack are shorter. */
const secondOnesMs = 2_000;
const progressMs = 5_000;

export interface RunOptions {
  readonly killsEach: number;
  readonly seed: number;
  /** How often each has to happen. */
  readonly disturbances: Readonly<Partial<Record<DisturbanceName, number>>>;
  readonly sabotage?: Sabotage;
  readonly say?: (progress: string) => void;
}

export interface Outcome {
  readonly ledger: Ledger;
  readonly kills: ReadonlyMap<Point, number>;
  readonly disturbed: ReadonlyMap<DisturbanceName, number>;
  /** Processes that ended although nobody killed them. */
  readonly crashes: number;
  readonly ambiguous: number;
  /** Relays that were told that another one had taken over, of those that were paused. */
  readonly refused: number;
}

/** Deterministic: a seed is printed with every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

/**
 * Producer and consumer die and come back, until every point has killed so often, while what they stand on is disturbed; then both live
 * until everything has arrived.
 */
export class FaultRun {
  readonly #pair: Pair;
  readonly #ground: Ground;
  readonly #options: RunOptions;
  readonly #kills = new Map<Point, number>();
  readonly #disturbed = new Map<DisturbanceName, number>();
  #crashes = 0;
  #ambiguous = 0;
  #refused = 0;
  /** Loops that have not done what they have to do. */
  #busy = 3;

  constructor(pair: Pair, ground: Ground, options: RunOptions) {
    this.#pair = pair;
    this.#ground = ground;
    this.#options = options;
  }

  async run(): Promise<Outcome> {
    const { say } = this.#options;
    // The group has to be known before anything is published.
    await this.#introduce();
    const progress = setInterval(() => say?.(this.#progress()), progressMs);
    try {
      await Promise.all([this.#dieAgainAndAgain('producer'), this.#dieAgainAndAgain('consumer'), this.#disturb()]);
      const ledger = await this.#drain();
      const [kills, disturbed] = [this.#kills, this.#disturbed];
      const [crashes, ambiguous, refused] = [this.#crashes, this.#ambiguous, this.#refused];
      return { ledger, kills, disturbed, crashes, ambiguous, refused };
    } finally {
      clearInterval(progress);
    }
  }

  #progress(): string {
    const sum = (counts: Iterable<number | undefined>): number =>
      [...counts].reduce<number>((total, count) => total + (count ?? 0), 0);
    const [killsMax, disturbedMax] = [this.#killsMax, sum(Object.values(this.#options.disturbances))];
    return `${sum(this.#kills.values())} of ${killsMax} kills, ${sum(this.#disturbed.values())} of ${disturbedMax} disturbances`;
  }

  get #killsMax(): number {
    return this.#options.killsEach * (pointsOf.producer.length + pointsOf.consumer.length);
  }

  #start(role: Role, more: Partial<WorkerPlan> = {}): Life {
    const { sabotage } = this.#options;
    const places = this.#ground.places[role];
    return new Life({ pair: this.#pair.name, role, places, sabotage, writes: role === 'producer', ...more });
  }

  async #introduce(): Promise<void> {
    // The producer first, since its tables are read before it has lived for long.
    for (const role of ['producer', 'consumer'] as const) {
      const life = this.#start(role, { writes: false });
      if (!(await life.says('ready', drainMs))) throw new Error(`the ${role} does not start`);
      await life.close();
    }
    if (this.#options.disturbances['broker killed'] !== undefined) await wait(this.#pair.broker.settleMs ?? 0);
  }

  async #dieAgainAndAgain(role: Role): Promise<void> {
    const { killsEach, seed, sabotage } = this.#options;
    const points = pointsOf[role];
    // Each loop has chance of its own, so that one that is slower does not change the other.
    const random = randomOf(seed + points.length);
    const isOpen = (point: Point): boolean => (this.#kills.get(point) ?? 0) < killsEach;
    const livesMax = killsEach * points.length * (sabotage === undefined ? livesOfKill : livesOfSabotagedKill);
    for (let lives = 0; points.some(isOpen) && lives < livesMax; lives += 1) {
      const open = points.filter(isOpen);
      const point = open[lives % open.length] as Point;
      const halt = { point, visit: 1 + Math.floor(random() * 8), signal: 'SIGKILL' } as const;
      if (await this.#live(role, sabotage === undefined ? lifeMs : sabotagedLifeMs, halt))
        this.#kills.set(point, (this.#kills.get(point) ?? 0) + 1);
    }
    this.#busy -= 1;
    // The points of the other come by only while something is sent and taken, and so do the disturbances.
    while (this.#busy > 0) await this.#live(role, lifeMs / 2 + random() * lifeMs);
  }

  async #live(role: Role, limitMs: number, halt?: WorkerPlan['halt']): Promise<boolean> {
    const life = this.#start(role, halt === undefined ? {} : { halt });
    const how = await life.run(limitMs);
    this.#ambiguous += life.timesSaid('ambiguous');
    if (how === 'by itself') this.#crashes += 1;
    return how === 'at its point';
  }

  /** Spreads the disturbances over the kills. */
  async #disturb(): Promise<void> {
    const { seed, sabotage } = this.#options;
    const random = randomOf(seed);
    const names = Object.entries(this.#options.disturbances) as [DisturbanceName, number][];
    const turns = shuffled(
      names.flatMap(([name, times]) => Array.from({ length: times }, () => name)),
      random,
    );
    for (const [index, name] of turns.entries()) {
      const isEarly = (): boolean => {
        const killed = [...this.#kills.values()].reduce((sum, count) => sum + count, 0);
        return this.#busy === 3 && killed < (index / turns.length) * this.#killsMax;
      };
      while (isEarly()) await wait(20);
      const before = this.#disturbed.get(name) ?? 0;
      const refused = (): void => {
        this.#refused += 1;
      };
      const scene = { pair: this.#pair.name, ground: this.#ground, random, sabotage, refused } as const;
      const until = Date.now() + (sabotage === undefined ? triesMs : 1);
      for (let tries = 0; tries === 0 || Date.now() < until; tries += 1, await wait(50)) {
        const role = (before + Math.floor(tries / triesOfRole)) % 2 === 0 ? 'producer' : 'consumer';
        if (await disturbances[name]({ ...scene, role })) {
          this.#disturbed.set(name, before + 1);
          break;
        }
      }
    }
    this.#busy -= 1;
  }

  /** Everything comes now, or nothing comes any more. */
  async #drain(): Promise<Ledger> {
    const { sabotage } = this.#options;
    const lives = (['producer', 'consumer'] as const).map((role) => this.#start(role, { writes: false }));
    await Promise.all(lives.map((life) => life.says('ready', drainMs)));
    const quietMaxMs = sabotage === undefined ? drainMs : sabotagedDrainMs;
    let ledger = await readLedger(this.#ground.books);
    for (let quietMs = 0; ledger.lost.length > 0 && quietMs < quietMaxMs; ) {
      const { effects } = ledger;
      await wait(250);
      ledger = await readLedger(this.#ground.books);
      quietMs = ledger.effects === effects ? quietMs + 250 : 0;
    }
    await wait(secondOnesMs);
    await Promise.all(lives.map((life) => life.close()));
    return readLedger(this.#ground.books);
  }
}
