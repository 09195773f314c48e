/** Whether somebody still waits for what runs. */
export interface Attempt {
  readonly isOver: boolean;
}

/**
 * What `work` resolves to, or a rejection when that takes longer than `limitMs`. The work is not stopped: it has to look whether its
 * attempt is over before it does what nobody expects any more.
 */
export async function within<Value>(
  limitMs: number,
  what: string,
  work: (attempt: Attempt) => Promise<Value>,
): Promise<Value> {
  const attempt = { isOver: false };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      attempt.isOver = true;
      reject(new Error(`${what}: the server has not answered within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work(attempt), late]);
  } finally {
    clearTimeout(timer);
  }
}
