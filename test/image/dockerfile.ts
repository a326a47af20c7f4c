/** One instruction, with its arguments as they stand, and its flags (`--from=build`). */
export interface Step {
  readonly keyword: string;
  readonly flags: ReadonlyMap<string, string>;
  readonly rest: string;
}

/** A stage of the build: what it starts from, and its instructions. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

/** The stages of a Dockerfile. The arguments before the first stage are put into its bases. */
export function stagesOf(text: string): readonly Stage[] {
  const args = new Map<string, string>();
  const stages: { base: string; name: string | undefined; steps: Step[] }[] = [];
  for (const step of stepsOf(text)) {
    const current = stages.at(-1);
    if (step.keyword === "FROM") {
      const [base = "", , name] = step.rest.split(/\s+/u);
      stages.push({
        base: base.replaceAll(/\$\{(\w+)\}/gu, (_, arg: string) => args.get(arg) ?? ""),
        name,
        steps: [],
      });
    } else if (current) current.steps.push(step);
    else if (step.keyword === "ARG") {
      const [name = "", value = ""] = step.rest.split("=");
      args.set(name, value);
    } else throw new Error(`${step.keyword} before the first FROM`);
  }
  return stages;
}

function stepsOf(text: string): Step[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gmu, "")
    .replaceAll(/\s*\\\n\s*/gu, " ")
    .split("\n");
  return lines.filter((line) => line.trim() !== "").map(stepOf);
}

function stepOf(line: string): Step {
  const [, keyword = "", content = ""] = /^([A-Z]+)\s+(.*)$/u.exec(line) ?? [];
  if (keyword === "") throw new Error(`not an instruction: ${line}`);
  const flags = new Map<string, string>();
  let rest = content;
  for (let flag = flagAt(rest); flag; flag = flagAt(rest)) {
    flags.set(flag.name, flag.value);
    rest = rest.slice(flag.length).trimStart();
  }
  return { keyword, flags, rest };
}

function flagAt(text: string): { name: string; value: string; length: number } | undefined {
  const found = /^--([\w-]+)=(\S+)/u.exec(text);
  return found ? { name: found[1] ?? "", value: found[2] ?? "", length: found[0].length } : undefined;
}

/** The words of an instruction in its exec form: `["node", "main.js"]`. */
export function execForm(rest: string): readonly string[] {
  const words: unknown = JSON.parse(rest);
  if (!Array.isArray(words)) throw new Error(`${rest} is not in the exec form`);
  return words.map(String);
}

/** The last instruction of a kind in a stage. */
export const lastStep = (stage: Stage, keyword: string): Step | undefined =>
  stage.steps.findLast((step) => step.keyword === keyword);

/**
 * Which files the build gets. Takes the subset of .dockerignore's language that ours uses: paths, `*` alone, and `!`.
 * The last line that matches decides.
 */
export function buildContext(ignore: string, files: readonly string[]): string[] {
  const lines = ignore.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const rules = lines.map((line) => ({ isIn: line.startsWith("!"), path: line.replace(/^!/u, "") }));
  const odd = rules.filter(({ path }) => path !== "*" && /[*?[]/u.test(path));
  if (odd.length > 0)
    throw new Error(`patterns that are not known here: ${odd.map(({ path }) => path).join(", ")}`);
  const matches = (file: string, path: string): boolean =>
    path === "*" || file === path || file.startsWith(`${path}/`);
  return files.filter((file) => rules.findLast(({ path }) => matches(file, path))?.isIn ?? true);
}
