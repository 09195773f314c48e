/** A server that tests run against. */
export interface Service {
  /** How clients reach it: taken from the environment, or of a server that was started for the tests on a free port. */
  readonly url: string;
  /** Ends it as a crash does (SIGKILL of every process of it). Absent where the server is somebody else's. */
  readonly kill?: () => Promise<void>;
  /** Starts it again on the same data and port; resolves when it answers. */
  readonly restart?: () => Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}
