import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The documents that tell people what to type. Decisions and the changelog may name what is gone. */
export const guides: readonly string[] = [
  "README.md",
  "SECURITY.md",
  "test/README.md",
  "bench/README.md",
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");

/** A block of code of a document, with what follows its fence. */
export interface CodeBlock {
  readonly file: string;
  /** The number of its first line. */
  readonly line: number;
  readonly language: string;
  /** Whether the document says that no test runs it. */
  readonly isUntested: boolean;
  readonly text: string;
}

export const codeBlocks: readonly CodeBlock[] = guides.flatMap((file) => {
  const text = read(file);
  return [...text.matchAll(/^```([^\n`]*)\n([\s\S]*?)^```$/gmu)].map(
    ({ 1: info = "", 2: block = "", index }) => {
      const [language = "", ...rest] = info.split(" ");
      const line = text.slice(0, index).split("\n").length + 1;
      return { file, line, language, isUntested: rest.includes("untested"), text: block };
    },
  );
});

/** What documents name in their sentences and tables, in backquotes. */
export const codeSpans: readonly { readonly file: string; readonly text: string }[] = guides.flatMap(
  (file) => {
    const prose = read(file).replaceAll(/^```[\s\S]*?^```$/gmu, "");
    return [...prose.matchAll(/`([^`]+)`/gu)].map(([, text = ""]) => ({
      file,
      text: text.replaceAll(/\s*\n\s*/gu, " ").replaceAll(String.raw`\|`, "|"),
    }));
  },
);
