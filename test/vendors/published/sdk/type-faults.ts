import { fileURLToPath } from "node:url";
import ts from "typescript";

/** What the compiler says of answers that an SDK read, as values of the types that it gives them. */
export function typeFaults(types: string, answers: Readonly<Record<string, unknown>>): readonly string[] {
  const checked = fileURLToPath(new URL("answers.ts", import.meta.url));
  const lines = Object.entries(answers).map(
    ([type, answer], index) =>
      `const answer${index}: ${type} = ${JSON.stringify(answer)}; console.log(answer${index});`,
  );
  const source = [`import type { ${Object.keys(answers).join(", ")} } from "${types}";`, ...lines].join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => (name === checked ? source : readFile(name));
  host.fileExists = (name) => name === checked || fileExists(name);
  const program = ts.createProgram([checked], options, host);
  const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(checked));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}
