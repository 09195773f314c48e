/** Takes away the time and the chance of the machine while a run lasts; tells who asked for them all the same. */
export function withoutHiddenSources(onUse: (name: string) => void): () => void {
  const undo: (() => void)[] = [];
  const forbid = (target: object, key: string): void => {
    const before = Object.getOwnPropertyDescriptor(target, key);
    Object.defineProperty(target, key, {
      configurable: true,
      writable: true,
      value: () => {
        onUse(key);
        throw new Error(`${key} is not the simulation's`);
      },
    });
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, key);
      else Object.defineProperty(target, key, before);
    });
  };
  for (const key of ['setTimeout', 'setInterval', 'setImmediate', 'fetch']) forbid(globalThis, key);
  forbid(Math, 'random');
  forbid(Date, 'now');
  forbid(performance, 'now');
  forbid(crypto, 'randomUUID');
  forbid(crypto, 'getRandomValues');
  // Done on other threads, in a time of their own.
  for (const key of ['digest', 'sign', 'verify']) forbid(crypto.subtle, key);
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given) => {
      if (given.length === 0) onUse('new Date()');
      return Reflect.construct(target, given);
    },
  });
  undo.push(() => {
    globalThis.Date = RealDate;
  });
  return () => {
    for (const one of undo.reverse()) one();
  };
}
