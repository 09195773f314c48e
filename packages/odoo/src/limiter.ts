/** Lets at most `countMax` tasks run at a time; the others wait in the order in which they came. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

export function createLimiter(countMax: number): Limiter {
  if (!Number.isInteger(countMax) || countMax < 1) throw new RangeError(`at least 1 call at a time, not ${countMax}`);
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    // Whoever ends hands its place over, so that nobody who comes later takes it first.
    if (running < countMax) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
