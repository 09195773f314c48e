/**
 * Why a request to a flow was refused. `unknown-flow`: the host has no such plan. `unknown-run`: nothing was started under the key.
 * `not-waiting`: the run does not wait for that decision. `unauthorised`: the person has no role that may decide. `inputs-invalid`:
 * the inputs break the description. `plan-changed`: the run was started with another version of the plan.
 */
export type FlowRefusal =
  | 'unknown-flow'
  | 'unknown-run'
  | 'not-waiting'
  | 'unauthorised'
  | 'inputs-invalid'
  | 'plan-changed';

/** Nothing was changed; `code` says why. */
export class FlowRefused extends Error {
  override readonly name = 'FlowRefused';
  readonly code: FlowRefusal;

  constructor(code: FlowRefusal, message: string) {
    super(message);
    this.code = code;
  }
}
