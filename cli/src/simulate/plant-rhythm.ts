const minute = 60_000;
const day = 86_400_000;

/** Shifts change at these hours (UTC); for a minute everybody reports at once. */
const shiftHours = [6, 14, 22];
const shiftChangeFactor = 10;
const nightFactor = 0.5;
/** The last day of a month: what was put off is booked. */
const monthEndFactor = 3;
const qualityBurstMs = 10 * minute;

/** How many times more than on average happens at a time: nights are quiet, shift changes and month ends are not. */
export function rhythmAt(time: number): number {
  const at = new Date(time);
  const sinceShift = (hour: number): number => (time % day) - hour * 60 * minute;
  const isShiftChange = shiftHours.some((hour) => sinceShift(hour) >= 0 && sinceShift(hour) < minute);
  const isNight = at.getUTCHours() >= 22 || at.getUTCHours() < 6;
  const isMonthEnd = new Date(time + day).getUTCDate() === 1;
  return (isShiftChange ? shiftChangeFactor : isNight ? nightFactor : 1) * (isMonthEnd ? monthEndFactor : 1);
}

/** Once a day something goes wrong: for ten minutes, which lie elsewhere each day, there is much to say of quality. */
export function isQualityBurst(time: number, chanceOfDay: (day: number) => number): boolean {
  const today = Math.floor(time / day);
  const start = today * day + Math.floor(chanceOfDay(today) * (day - qualityBurstMs));
  return time >= start && time < start + qualityBurstMs;
}
