/** One promise of a port, as a question to an implementation. */
export interface ConformanceCase<Subject> {
  /** The promise, in words. */
  readonly name: string;
  /** False where the implementation does not promise it by its features: then the case does not apply. */
  isPromised(subject: Subject): boolean;
  /** Rejects when the promise is broken. */
  run(subject: Subject): Promise<void>;
}

/** Waits until something holds; rejects with what was waited for when it takes too long. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
