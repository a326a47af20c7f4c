// Fails if an object is accessed by brackets or `in` with a name that is only known at run time: an id from a vendor
// may be `constructor`, which every object has. Use `ownValue`, `Object.hasOwn` or a map.
import ts from "typescript";

const home = "src/domain/shared/own-value.ts";
/** Code that gets no input from outside. */
const apart = /\/src\/(?:sandbox|demo)\//u;

const config = ts.getParsedCommandLineOfConfigFile(
  "tsconfig.json",
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (fault) => {
      throw new Error(ts.flattenDiagnosticMessageText(fault.messageText, "\n"));
    },
  },
);
const program = ts.createProgram(
  config.fileNames.filter((name) => name.includes("/src/") && !apart.test(name)),
  config.options,
);
const types = program.getTypeChecker();
const isText = (node) =>
  (types.getTypeAtLocation(node).flags & (ts.TypeFlags.String | ts.TypeFlags.Any)) !== 0;
const isAsked = (node) =>
  (ts.isElementAccessExpression(node) &&
    isText(node.argumentExpression) &&
    !types.isArrayLikeType(types.getTypeAtLocation(node.expression))) ||
  (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword && isText(node.left));

let looked = 0;
const found = [];
for (const file of program.getSourceFiles()) {
  const name = file.fileName.replace(`${process.cwd()}/`, "");
  if (!name.startsWith("src/") || apart.test(`/${name}`) || name === home) continue;
  looked += 1;
  const visit = (node) => {
    if (isAsked(node)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${name}:${line + 1}: ${node.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}
if (looked < 20) throw new Error(`only ${looked} files were looked at`);
process.stdout.write(found.map((line) => `${line}\n`).join(""));
process.stdout.write(`lookups: ${found.length} by an unknown name in ${looked} files\n`);
process.exitCode = found.length > 0 ? 1 : 0;
