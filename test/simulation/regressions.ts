/** Seeds that once failed, with what they found; each fails again when what was repaired is undone. */
export const regressions: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 45, found: 'a relay sent the row of an open transaction of the memory store, which was then rolled back' },
  { seed: 54, found: 'a relay sent the row of an open transaction of the memory store, which was then rolled back' },
  { seed: 63, found: 'a second delivery that failed buried a message again, over what was decided about its letter' },
  { seed: 95, found: 'deliveries that only waited for a message before them were counted as failures' },
  { seed: 359, found: 'deliveries that only waited for a message before them were counted as failures' },
  { seed: 493, found: 'a verdict that did not reach the broker was counted as a failure of the message' },
  { seed: 5206, found: 'a receipt for an earlier publication confirmed a replayed dead letter that was never sent' },
  {
    seed: 7500,
    found: 'a host drove a run as an open transaction of the memory store had saved it, which was then rolled back',
  },
];
