import { type ArrayLiteralExpression, Project, type SourceFile, SyntaxKind } from 'ts-morph';

/** Text that is put into a file of the user; everything else of it stays byte for byte. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

export interface Registration {
  readonly name: string;
  readonly module: string;
}

const removedMark = '@deprecated removed from the contract';

/**
 * The registrations with those that are missing. What is there is told by its import, so a local name, the order and the
 * layout are the user's. `undefined` when the file has no array to add to.
 */
export function addRegistrations(text: string, wanted: readonly Registration[]): string | undefined {
  const source = parse(text);
  const present = new Set(source.getImportDeclarations().map((declaration) => declaration.getModuleSpecifierValue()));
  const missing = wanted.filter(({ module }) => !present.has(module));
  if (missing.length === 0) return text;
  const table = tableOf(source);
  if (table === undefined) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const imports = missing.map(({ name, module }) => `${newline}import { ${name} } from '${module}';`).join('');
  const lastImport = source.getImportDeclarations().at(-1);
  const atImports: Insertion =
    lastImport === undefined
      ? { at: text.startsWith('\uFEFF') ? 1 : 0, text: `${imports.slice(newline.length)}${newline}` }
      : { at: lastImport.getEnd(), text: imports };
  return insert(text, [atImports, entriesInto(table, missing, newline)]);
}

/** The array of the registrations: the exported one of that name, else the only one. */
function tableOf(source: SourceFile): ArrayLiteralExpression | undefined {
  const arrays = source.getVariableDeclarations().flatMap((declaration) => {
    const array =
      declaration.getInitializerIfKind(SyntaxKind.ArrayLiteralExpression) ??
      declaration.getInitializer()?.getFirstDescendantByKind(SyntaxKind.ArrayLiteralExpression);
    return array === undefined ? [] : [{ name: declaration.getName(), array }];
  });
  const named = arrays.find(({ name }) => name === 'registrations');
  return (named ?? (arrays.length === 1 ? arrays[0] : undefined))?.array;
}

/** After the last element and its comma, so that a comment behind it stays with it. */
function entriesInto(table: ArrayLiteralExpression, missing: readonly Registration[], newline: string): Insertion {
  const elements = table.getElements();
  const last = elements.at(-1);
  const entries = missing.map(({ name }) => `${newline}  ${name},`).join('');
  if (last === undefined) return { at: table.getStart() + 1, text: entries };
  const comma = last.getNextSiblingIfKind(SyntaxKind.CommaToken);
  return comma === undefined ? { at: last.getEnd(), text: `,${entries}` } : { at: comma.getEnd(), text: entries };
}

/** The file with a mark at its first export; the same text when it is marked already or exports nothing. */
export function markRemoved(text: string, event: string): string {
  if (text.includes(removedMark)) return text;
  const source = parse(text);
  const exported = source
    .getStatements()
    .find((statement) => /^export\s+(?!type\s*\{|\{|\*)/.test(statement.getText()));
  if (exported === undefined) return text;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return insert(text, [{ at: exported.getStart(), text: `/** ${removedMark}: ${event} */${newline}` }]);
}

function parse(text: string): SourceFile {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  return project.createSourceFile('file.ts', text);
}

function insert(text: string, insertions: readonly Insertion[]): string {
  return [...insertions]
    .sort((left, right) => right.at - left.at)
    .reduce((edited, { at, text: added }) => edited.slice(0, at) + added + edited.slice(at), text);
}
