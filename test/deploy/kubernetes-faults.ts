import { join } from "node:path";
import ts from "typescript";

interface Typed {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
}

const operator = "monitoring.coreos.com/";

/**
 * What Kubernetes would not take of some manifests: fields that do not exist, are missing or have the wrong type. Compiles
 * them with types that were generated from Kubernetes' OpenAPI document and from the Prometheus operator's resources.
 * `folder` has these types in its node_modules.
 */
export function kubernetesFaults(manifests: readonly Typed[], folder: string): string[] {
  const file = join(folder, "manifests.ts");
  const lines = manifests.map((manifest, index) => {
    const { apiVersion = "", kind = "" } = manifest;
    const owner = apiVersion.startsWith(operator)
      ? "@kubernetes-models/prometheus-operator"
      : "kubernetes-models";
    const type = `import("${owner}/${apiVersion}/${kind}").I${kind}`;
    return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)};`;
  });
  const text = lines.join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, language, ...others) =>
    name === file ? ts.createSourceFile(name, text, language) : getSourceFile(name, language, ...others);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, start = 0, length = 0 }) => {
    const at = text.slice(start, start + length).slice(0, 40);
    return `${at}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}
