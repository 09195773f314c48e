/** One place where a message breaks its contract. */
export interface MessageViolation {
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
  /** Kind of the value that stands there: `string`, `object` and so on; never the value itself. */
  readonly kind?: string;
}

/** A message breaks the contract: thrown to a producer, who has sent nothing; at a consumer the message is rejected. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
  readonly code = 'contract-violation';
  readonly messageName: string;
  readonly part: 'payload' | 'headers' | 'address';
  /** Where the first violation is. */
  readonly pointer: string;
  readonly violations: readonly MessageViolation[];

  constructor(messageName: string, part: 'payload' | 'headers' | 'address', violations: readonly MessageViolation[]) {
    const [first] = violations;
    super(`${messageName}: ${part} ${first?.pointer ?? ''} ${first?.message ?? 'breaks the contract'}`);
    this.messageName = messageName;
    this.part = part;
    this.pointer = first?.pointer ?? '';
    this.violations = violations;
  }
}

/** The role may not do that: thrown to a producer, who has sent nothing; at a consumer the message is not handled. */
export class Unauthorised extends Error {
  override readonly name = 'Unauthorised';
  readonly code = 'unauthorised';
  /** Absent when nobody knows the producer of a received message. */
  readonly role: string | undefined;
  readonly action: 'publish' | 'consume';
  readonly messageName: string;
  /** Whom a received message names as its producer; absent when it is the system itself that is refused. */
  readonly producer: string | undefined;

  constructor(role: string | undefined, action: 'publish' | 'consume', messageName: string, producer?: string) {
    const who =
      producer === undefined
        ? `the role ${role}`
        : `the producer ${JSON.stringify(producer)} (${role ?? 'no known role'})`;
    super(`${who} may not ${action} ${messageName}`);
    this.role = role;
    this.action = action;
    this.messageName = messageName;
    this.producer = producer;
  }
}
