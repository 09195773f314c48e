import { agreed, broken, keep, noticed, renamed, safe, towards, type Verdicts } from './verdict.ts';

const discriminators: Verdicts = {
  'discriminator-added': safe('{operation} is told apart by {after}'),
  'discriminator-removed': renamed(
    '{operation} is no longer told apart by {before}',
    'Generated code no longer narrows by it.',
    'Keep the discriminator.',
  ),
  'discriminator-property-changed': renamed(
    '{operation} is told apart by {after}, no longer by {before}',
    'Generated code looks at the old property.',
    'Keep the property.',
  ),
  'request discriminator-mapping-added': safe('{operation} takes the kind {name}'),
  'request discriminator-mapping-removed': broken(
    '{operation} no longer takes the kind {name}',
    'Whoever sends it is refused.',
    keep,
  ),
  'response discriminator-mapping-added': noticed(
    '{operation} can be of the kind {name}',
    'Readers that know the old kinds only meet a new one.',
    'Announce it; readers should bear kinds that they do not know.',
  ),
  'response discriminator-mapping-removed': safe('{operation} is never of the kind {name}'),
  'discriminator-mapping-changed': broken(
    'The kind {name} of {operation} is {after}, no longer {before}',
    'The same value stands for something else.',
    'Give the new form a kind of its own.',
  ),
};

const xml: Verdicts = {
  'xml-form-changed': broken(
    '{operation} is written otherwise as XML: its {name} changed',
    'Readers of the old form do not find the element.',
    'Keep the XML Object, or release a new media type.',
  ),
  // Where nothing is written as XML, or a prefix that readers must not rely on.
  'xml-hint-changed': safe('The XML {name} of {operation} changed'),
};

const extensible: Verdicts = {
  'extensible-enum-added': safe('{operation} lists the values that are known'),
  'extensible-enum-removed': safe('{operation} no longer lists the values that are known'),
  ...towards(['request'], {
    'extensible-value-added': safe('{operation} takes {name}'),
    'extensible-value-removed': broken('{operation} no longer takes {name}', 'Whoever sends it is refused.', keep),
  }),
  // Readers were told to bear values that they do not know.
  ...towards(['response'], {
    'extensible-value-added': safe('{operation} can be {name}'),
    'extensible-value-removed': safe('{operation} is never {name}'),
  }),
};

const marks: Verdicts = {
  'request nullable-mark-added': safe('{operation} has a part that is marked nullable, without a type beside it'),
  'request nullable-mark-removed': noticed(
    '{operation} has a part that is no longer marked nullable; without a type beside it the mark said nothing',
    'Whoever took it at its word sends null, which may be refused from now on.',
    'Keep the mark, or say by a type whether null is taken.',
  ),
  'response nullable-mark-added': noticed(
    '{operation} has a part that is marked nullable; without a type beside it the mark says nothing',
    'Null may come, which readers were told cannot occur.',
    'Say by a type whether null can come.',
  ),
  'response nullable-mark-removed': safe('{operation} has a part that is no longer marked nullable'),
};

const states: Verdicts = {
  'state-machine-added': broken(
    '{operation} allows only listed changes of status',
    'Changes that were allowed before are refused.',
    'List every change that is in use.',
  ),
  'state-machine-removed': agreed(
    '{operation} allows any change of status',
    'Readers may see an order of states that was ruled out.',
    'Keep the list.',
  ),
  'state-property-changed': broken(
    'The status of {operation} is {after}, no longer {before}',
    'Whoever follows the old property sees no change.',
    'Keep the property.',
  ),
  'state-removed': broken('{operation} is never {name}', 'Whoever brings it there is refused.', keep),
  'state-added': noticed(
    '{operation} can be {name}',
    'Readers that know the old states only meet a new one.',
    'Announce it; readers should bear states that they do not know.',
  ),
  'transition-removed': broken(
    '{operation} no longer goes {name}',
    'Whoever makes this change is refused.',
    'Keep the transition.',
  ),
  'transition-added': safe('{operation} can go {name}'),
  'initial-state-removed': broken(
    '{operation} can no longer begin as {name}',
    'Whoever creates it so is refused.',
    'Keep the state initial.',
  ),
  'initial-state-added': safe('{operation} can begin as {name}'),
  'final-state-removed': noticed(
    '{operation} does not end as {name}',
    'Whoever takes it for finished misses what comes after.',
    'Keep the state final.',
  ),
  'final-state-added': noticed(
    '{operation} ends as {name}',
    'Whoever waits for the next state waits for ever.',
    'Announce it.',
  ),
};

const vocabularies: Verdicts = {
  'vocabulary-system-added': safe('{operation} is mapped to {name}'),
  'vocabulary-system-removed': broken(
    '{operation} is no longer mapped to {name}',
    'The adapter of this system cannot translate.',
    keep,
  ),
  'code-mapping-added': safe('{operation}: {name} is {after}'),
  'code-mapping-removed': broken(
    '{operation}: {name} is no longer mapped (it was {before})',
    'The adapter of this system cannot translate it.',
    keep,
  ),
  'code-mapping-changed': broken(
    '{operation}: {name} is {after}, no longer {before}',
    'The same code means something else in this system.',
    'Add a code, or migrate the data.',
  ),
  'system-code-added': safe('{operation}: the code {name} is known'),
  'system-code-removed': noticed(
    '{operation}: the code {name} is no longer known',
    'Values that the system still gives are refused.',
    'Keep it while the system can give it.',
  ),
  'vocabulary-field-changed': noticed(
    '{operation} stands in {after} of {name}, no longer in {before}',
    'The adapter reads another field.',
    'Change adapter and contract together.',
  ),
  'vocabulary-loss-changed': agreed(
    'The mapping of {operation} to {name} is {after}, no longer {before}',
    'Codes may not come back as they went.',
    'Say where the exact code is kept.',
  ),
  'vocabulary-parent-added': safe('{operation}: {name} is under {after}'),
  'vocabulary-parent-removed': noticed(
    '{operation}: {name} is no longer under {before}',
    'Reports that sum up by the broader code miss it.',
    'Keep the hierarchy.',
  ),
  'vocabulary-parent-changed': noticed(
    '{operation}: {name} is under {after}, no longer under {before}',
    'Reports that sum up by the broader code shift.',
    'Keep the hierarchy, or restate the reports.',
  ),
};

const flow = 'Runs that are under way do not find what they wait for.';
const beside = 'Add a workflow beside it, and let runs that are under way end.';

const workflows: Verdicts = {
  'workflow-added': safe('Workflow {operation} was added'),
  'workflow-removed': broken('Workflow {operation} was removed', flow, keep),
  'workflow-renamed': renamed(
    'Workflow {before} was renamed to {after}',
    'Whoever starts it names it.',
    'Keep the id.',
  ),
  'workflow-changed': safe('Workflow {operation} changed in how it is run'),
  'workflow-output-added': safe('Workflow {operation} gives {name}'),
  'workflow-output-removed': broken(
    'Workflow {operation} no longer gives {name}',
    'Whoever started it reads that by its name.',
    keep,
  ),
  'workflow-output-changed': noticed(
    'Workflow {operation} takes its output {name} from {after}, no longer from {before}',
    'The value can be another one.',
    beside,
  ),
  'step-added': noticed('Step {name} was added to {operation}', 'A system gets a task that it did not have.', beside),
  'step-removed': noticed('Step {name} of {operation} was removed', flow, beside),
  'step-renamed': renamed(
    'Step {before} of {operation} was renamed to {after}',
    'Outputs are named by the step.',
    'Keep the id.',
  ),
  'step-target-changed': noticed(
    'Step {name} of {operation} does {after}, no longer {before}',
    'Another system must act, or another way.',
    beside,
  ),
  'step-order-changed': noticed('The steps of {operation} come in another order', flow, beside),
  'step-role-changed': agreed(
    'Step {name} of {operation} is done by {after}, no longer by {before}',
    'A system gets a task that it did not have.',
    'Agree with both.',
  ),
  'step-approval-demanded': noticed(
    'Step {name} of {operation} now needs a person who decides',
    'Runs stop there.',
    'Announce it to who runs it.',
  ),
  'step-approval-dropped': agreed(
    'Step {name} of {operation} no longer needs a person who decides',
    'Automation may decide what people were answerable for.',
    'Have the quality board approve.',
  ),
  'step-changed': safe('Step {name} of {operation} changed in how it is done'),
};

export const meanings: Verdicts = {
  ...discriminators,
  ...xml,
  ...extensible,
  ...marks,
  ...states,
  ...vocabularies,
  ...workflows,
};
