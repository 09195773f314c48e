/** What the shell learns. Tools rely on these numbers. */
export const exitCodes = {
  clean: 0,
  findings: 1,
  usage: 2,
  invalidContract: 3,
  internal: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
